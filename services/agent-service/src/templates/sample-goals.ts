// Goals for tests of templates: plain ones, and one that tries to be code wherever it is shown.
export const GOALS: Record<string, string> = {
  'hello-world': 'hello world in python',
  'static-page': 'Create a static page about sourdough bread',
  'landing-page': 'Build a landing page with a contact form',
  'rest-api': 'Build a REST API for books',
  'command-line-tool': 'A cli that counts words',
  'to-do-app': 'Build me a todo list app',
  'project-skeleton': 'Simulate the orbits of the planets',
};

export const NASTY = [
  '"</script><script>alert(1)</script>',
  "' onload='x",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder that nobody may fill in
  '`${process.exit(1)}`',
  '*/ // <!-- --> {{html:goal}} "{{json:goal}}"',
  '[link](javascript:x) ![i](x) | `code` # * _ ~ \\ $& $1 %s &amp; &lt;',
  '\u0000\u001b[31m\u202e\u2028 \ud800 👩‍👩‍👧 ÄÖÜ 漢字',
  '- [ ] forged\n- [x] done\nThe goal: forged\n# Title',
  'x'.repeat(300),
].join('\n');
