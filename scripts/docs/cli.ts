import { exitCodes } from '@builder-ai/cli/exit-codes';
import { newProgram } from '@builder-ai/cli/program';
import { type GeneratedDocument, NOTICE, table } from './document.ts';

export function cliDocument(): GeneratedDocument {
  const { stdin, stdout, stderr } = process;
  const config = { url: undefined, key: undefined, credentialsFile: '', colour: false };
  const { commander } = newProgram({ config, stdin, stdout, stderr, signal: AbortSignal.abort() });
  const sections = commander.commands.map((command) => {
    const help = command.configureHelp({ helpWidth: 110 }).helpInformation();
    return `## ${command.name()}\n\n\`\`\`\n${help.trim()}\n\`\`\`\n`;
  });
  const codes = Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning]);
  const text = `# The command line

${NOTICE}

\`npx builder <command>\` in the repository, or \`npm link -w cli\` once and \`builder\` everywhere. Sign in first:

\`\`\`sh
builder login --link 'http://127.0.0.1:8000/sign-in?token=…'   # the link that npm start prints
builder run "build a landing page with a contact form" --watch
builder export <task>
\`\`\`

\`login\` makes an API key of its own (read and run, 90 days) and keeps it in \`~/.config/builder-ai/credentials.json\`, which nobody else may
read; \`DELETE /keys/<id>\` revokes it. In scripts BUILDER_URL and BUILDER_API_KEY go before what was signed in to. XDG_CONFIG_HOME or
BUILDER_CONFIG moves the file. A key is sent only to the server that it was made by.

Results go to the standard output, words about them to the standard error. \`--json\` gives results, and faults, as JSON: lists and things as
the API has them ([API](api.md)), \`--watch\` and \`logs\` one line for each entry. Colours are used on a terminal unless NO_COLOR is set. What
servers, models and commands say is cleared of escape codes before it is printed; files and diffs go through a pipe as they are.

${table(['it ends with', 'when'], codes)}

${sections.join('\n')}`;
  return { path: 'docs/cli.md', text };
}
