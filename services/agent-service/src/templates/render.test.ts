import { expect, test } from '@jest/globals';
import { resourceOf, slugOf, titleOf } from './goal-title.ts';
import { render } from './render.ts';

test.each([
  ['build a landing page with a contact form', 'Landing page with a contact form', 'landing-page-with-a-contact-form'],
  ['  please create   the\nthing ', 'Thing', 'thing'],
  ['🎉', '🎉', 'project'],
  ['build a', 'A', 'a'],
])('%j has the title %j and the name %j', (goal, title, slug) => {
  expect([titleOf(goal), slugOf(goal)]).toEqual([title, slug]);
});

test('a long title is cut at a word', () => {
  expect(titleOf('word '.repeat(100))).toMatch(/^Word( word)+…$/);
  expect([...titleOf('🎉'.repeat(100))].length).toBeLessThanOrEqual(61);
});

test.each([
  ['REST API for books', 'books'],
  ['an api for managing the invoice', 'invoices'],
  ['an api', 'items'],
])('%j is about %s', (goal, resource) => {
  expect(resourceOf(goal)).toBe(resource);
});

test('a value is escaped for its place and never read as a mark or pattern', () => {
  const values = { x: '<a href="\'">&$& {{html:x}}' };
  expect(render('{{html:x}}', values)).toBe('&lt;a href=&quot;&#39;&quot;&gt;&amp;$&amp; {{html:x}}');
  expect(render('{{json:x}}', values)).toBe('"\\u003ca href=\\"\'\\"\\u003e&$& {{html:x}}"');
  expect(render('{{text:x}}', { x: 'a\n# *b* |c| <d>' })).toBe('a \\# \\*b\\* \\|c\\| &lt;d&gt;');
});

test('an unknown mark and a name that is none are faults of the template', () => {
  expect(() => render('{{html:nothing}}', {})).toThrow('There is no value for {{html:nothing}}.');
  expect(() => render('{{name:x}}', { x: '../up' })).toThrow('is not a name');
});
