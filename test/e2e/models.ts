// The models of the browser tests: a real HTTP server that follows a script. The goal says which story it tells; a task
// gets the template builder unless its form says otherwise.
import { startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import type { Script, ScriptAnswer, ScriptRequest } from '@builder-ai/testing/scripted-provider/script';

const PLAN = '1. Write the first part\n2. Write the second part\n3. Write the third part';
const SIX_STEPS = [1, 2, 3, 4, 5, 6].map((step) => `${step}. Write part ${step}`).join('\n');
const QUESTION = 'Which colour shall the <button> have?';

/** What must reach the page as text wherever a model can put it. */
export const HOSTILE = '<img src=x onerror=alert(1)><b>bold</b>';

export const SAID_ALOUD = 'First I look at <i>what is there</i>, and then I write what is not.';

export const HOSTILE_NAME = '<img src=x onerror=alert(1)>.txt';
const MUCH_COMMAND = [
  "seq 1 400000 | sed 's/$/ <i>line<\\/i>/' | head -c 5000000 > big.txt",
  `touch '${HOSTILE_NAME}'`,
  "printf '\\033[31mred\\033[0m and \\033]0;title\\007plain\\n'",
].join('; ');

const script: Script = (request, body) => {
  if (request.goal.includes('hostile')) return hostile(request);
  if (request.goal.includes('aloud')) return aloud(request);
  if (request.goal.includes('much')) return much(request);
  const asked = JSON.stringify(body.messages);
  if (request.purpose === 'plan') return { text: request.goal.includes('six') ? SIX_STEPS : PLAN };
  if (request.purpose === 'review') return review(request, asked);
  const step = request.step ?? 1;
  const isAsked = step === 1 && request.goal.includes('ask me');
  if (isAsked && request.results === 0) return use('ask_user', { question: QUESTION });
  if (request.results === (isAsked ? 1 : 0)) return write(step, 'made');
  if (asked.includes('It is too short.') && !asked.includes('made longer')) return write(step, 'made\nmade longer');
  return use('finish_step', { result: `Part ${step} is made.` });
};

/** Of step 2, changes are wanted once, always, or no verdict is given; every other step is approved. */
function review({ goal }: ScriptRequest, asked: string): ScriptAnswer {
  const isSecond = asked.includes('The step: Write the second part');
  if (isSecond && goal.includes('no verdict')) return { text: 'I cannot say.' };
  if (isSecond && (goal.includes('dispute') || (goal.includes('send back') && !asked.includes('made longer')))) {
    const reasons = [{ file: 'part-2.txt', line: 1, reason: 'It is too short. <b>Longer</b>, please.' }];
    return use('give_verdict', { verdict: 'changes', summary: 'The part lacks something.', reasons });
  }
  return use('give_verdict', { verdict: 'approve', summary: 'Good.', reasons: [] });
}

/** One step: a question, a file, and a reviewer who is never content; each word of it hostile. */
function hostile({ purpose, results }: ScriptRequest): ScriptAnswer {
  if (purpose === 'plan') return { text: `1. ${HOSTILE}` };
  const reasons = [{ file: `${HOSTILE}.txt`, line: 1, reason: HOSTILE }];
  if (purpose === 'review') return use('give_verdict', { verdict: 'changes', summary: HOSTILE, reasons });
  if (results === 0) return use('ask_user', { question: HOSTILE });
  if (results === 1) return use('write_file', { path: 'page.html', content: `${HOSTILE}\n` });
  return use('finish_step', { result: HOSTILE });
}

/** One step, in which the model says what it does, and a command prints what it is at. */
function aloud({ purpose, results }: ScriptRequest): ScriptAnswer {
  if (purpose === 'plan') return { text: '1. Say it' };
  if (results > 0) return use('finish_step', { result: 'Said.' });
  const command = "echo '<b>first</b>'; sleep 4; echo second";
  return { text: SAID_ALOUD, toolUses: [{ name: 'run_command', input: { command } }] };
}

/** One step, whose commands make a file of 5 MB and one with a hostile name, and print terminal codes. */
function much({ purpose, results }: ScriptRequest): ScriptAnswer {
  if (purpose === 'plan') return { text: '1. Make much' };
  if (results === 0) return use('run_command', { command: MUCH_COMMAND });
  return use('finish_step', { result: 'Made.' });
}

const use = (name: string, input: unknown): ScriptAnswer => ({ toolUses: [{ name, input }] });
const write = (step: number, content: string) =>
  use('write_file', { path: `part-${step}.txt`, content: `<i>Part ${step}</i>\n${content}\n` });

/** How long an answer takes where a test has to do something meanwhile. */
const latencyMs = ({ goal, purpose }: ScriptRequest) => (goal.includes('slowly') && purpose === 'build' ? 1_200 : 0);

/** Between two parts of an answer, where a test looks at it while it comes. */
const partMs = ({ goal, purpose, results }: ScriptRequest) =>
  goal.includes('aloud') && purpose === 'build' && results === 0 ? 300 : 0;

/** Starts them; `env` tells the product where they are. */
export async function startModels() {
  const provider = await startScriptedProvider({ script, latencyMs, partMs });
  const env = {
    AGENT_MODE: 'template',
    ANTHROPIC_API_KEY: 'claude-key-of-the-browser-tests',
    OPENAI_API_KEY: 'chatgpt-key-of-the-browser-tests',
    ANTHROPIC_BASE_URL: provider.url,
    OPENAI_BASE_URL: `${provider.url}/v1`,
    OLLAMA: 'off',
  };
  return { env, close: () => provider.close() };
}
