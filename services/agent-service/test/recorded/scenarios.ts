// Runs whose recordings are kept beside this file: what the agents do with them is not to change unnoticed.
import type { Script } from '@builder-ai/testing/scripted-provider/script';
import { call, finish, inOrder, run, write } from './calls.ts';
import type { Scenario } from './scenario.ts';
import { asked, budget, forked, interrupted, paused, replanned, unreviewed } from './steered-scenarios.ts';
import * as stopped from './stopped-scenarios.ts';
import { settled, tickets } from './ticket-scenarios.ts';

/** Whatever a model gets wrong is told to it, and it goes on. */
const repairs = inOrder(
  ['Write a function and find its fault', 'Look at it once more'],
  [
    [
      write('add.js', 'export const add = (a, b) => a - b;\n'),
      write(
        'add.test.js',
        "import { add } from './add.js';\nif (add(1, 2) !== 3) throw new Error('It does not add.');\n",
      ),
      run('node add.test.js 2>&1 | grep -c "It does not add"'),
      call('edit_file', { path: 'add.js', old_text: 'a * b', new_text: 'a + b' }),
      call('edit_file', { path: 'add.js', old_text: 'a - b', new_text: 'a + b' }),
      run('node add.test.js'),
      run('mkdir -p build/empty && printf "built" > build/out.txt && ln -s out.txt build/link'),
      finish('The function adds.'),
    ],
    [
      call('no_such_tool', {}),
      write('../outside.txt', 'no'),
      call('list_files', { path: 'build' }),
      call('search', { query: 'a + b' }),
      call('read_file', { path: 'add.js' }),
      finish('It is as it should be.'),
    ],
  ],
);

/** Sends the page back once. */
const reviewed: Script = (request, body) => {
  const asked = JSON.stringify(body.messages);
  if (request.purpose === 'plan') return { text: '1. Write the page' };
  if (request.purpose === 'review') {
    const good = asked.includes('+<title>Tea</title>');
    const reasons = [{ file: 'index.html', line: 1, reason: 'It has no title.' }];
    const verdict = good
      ? { verdict: 'approve', summary: 'Good.', reasons: [] }
      : { verdict: 'changes', summary: 'Not yet.', reasons };
    return { toolUses: [call('give_verdict', verdict)] };
  }
  const title = asked.includes('It has no title.') ? '<title>Tea</title>\n' : '';
  const page = write('index.html', `${title}<p>Tea</p>\n`);
  return { toolUses: [request.results % 2 === 0 ? page : finish('The page is written.')] };
};

export const scenarios: readonly Scenario[] = [
  { name: 'template', goal: 'build a landing page with a contact form', mode: 'template' },
  { name: 'repairs', goal: 'write a function that adds', mode: 'claude', script: repairs, commands: true },
  { name: 'reviewed', goal: 'a page about tea', mode: 'multi', script: reviewed },
  unreviewed,
  replanned,
  asked,
  paused,
  budget,
  forked,
  tickets,
  settled,
  interrupted,
  ...Object.values(stopped),
];
