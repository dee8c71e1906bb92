// What a model says and a command prints is seen while it comes, through the real product, and told whole afterwards.
import type { Task, TaskDelta, TaskEvent } from '@builder-ai/contracts/task';
import { type ScriptedProvider, startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import type { Script } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newClient } from './client.ts';
import { newHome, type Product, startProduct } from './product.ts';

const WORDS = 'First I look at what is there, and then I write the page. \u{1F600}';
/** Between the two halves of what the model says. */
const PART_MS = 400;

const script: Script = ({ purpose, results }) => {
  if (purpose === 'plan') return { text: '1. Write the page' };
  if (results > 0) return { toolUses: [{ name: 'finish_step', input: { result: 'Done.' } }] };
  const command = "printf '\\033[31mone\\033[0m\\n'; sleep 0.5; echo two";
  return { text: WORDS, toolUses: [{ name: 'run_command', input: { command } }] };
};

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;
let provider: ScriptedProvider;

beforeAll(async () => {
  provider = await startScriptedProvider({ script, partMs: ({ results }) => (results === 0 ? PART_MS : 0) });
  home = await newHome();
  const env = { AGENT_MODE: 'claude', ANTHROPIC_API_KEY: 'any', ANTHROPIC_BASE_URL: provider.url, OLLAMA: 'off' };
  product = await startProduct(home.home, env);
}, 90_000);

afterAll(async () => {
  await product?.stop();
  await home?.remove();
  await provider?.close();
});

const ofKind = <Kind extends TaskDelta['event_type']>(came: (TaskDelta | TaskEvent)[], kind: Kind) =>
  came.flatMap((each) => (each.event_type === kind ? [each as Extract<TaskDelta, { event_type: Kind }>] : []));

test('tokens and output come before what they are part of, in order, without what a terminal would obey', async () => {
  const client = newClient(product.url);
  const { id } = await client.createTask('a page');
  const socket = client.connect();
  const came: (TaskDelta | TaskEvent)[] = [];
  socket.on('task_delta', (delta: TaskDelta) => came.push(delta));
  socket.on('task_event', (event: TaskEvent) => came.push(event));
  try {
    await socket.emitWithAck('subscribe_task', id, { after: 0 });
    await client.runAsync(id);
    const task: Task = await client.ended(id);
    const place = (matches: (event: TaskEvent) => boolean) =>
      came.findIndex((each) => 'seq' in each && matches(each as TaskEvent));
    const said = place(({ event_type, data }) => event_type === 'message_added' && data.content === WORDS);
    const message = came[said] as TaskEvent;
    const deltas = ofKind(came, 'message_delta').filter(({ data }) => data.message_id === message.data.message_id);
    // The first half at least, as it came; each piece says where it belongs, and the message holds the whole.
    expect(deltas.length).toBeGreaterThan(0);
    for (const { data } of deltas) expect(WORDS.slice(data.offset, data.offset + data.text.length)).toBe(data.text);
    expect(deltas[0]?.data).toMatchObject({ offset: 0, step: 0, agent: 'claude' });
    expect(came.indexOf(deltas[0] as TaskDelta)).toBeLessThan(said);
    const [output] = ofKind(came, 'command_output');
    expect(output?.data).toMatchObject({ offset: 0, step: 0, text: 'one\n' });
    const finished = place(({ event_type, data }) => event_type === 'tool_finished' && data.tool === 'run_command');
    expect(came.indexOf(output as TaskDelta)).toBeLessThan(finished);
    expect((came[finished] as TaskEvent).data.output).toContain('one\ntwo');
    expect(task.status).toBe('completed');
    expect(task.messages.map(({ content }) => content)).toContain(WORDS);
    // Nothing of it is kept: the timeline holds what came of it.
    expect((await client.events(id)).filter(({ event_type }) => /delta|command_output/.test(event_type))).toEqual([]);
  } finally {
    socket.close();
  }
}, 60_000);

test('whoever may not see a task hears nothing of it', async () => {
  const client = newClient(product.url);
  const { id } = await client.createTask('another page');
  const socket = client.connect();
  const came: TaskDelta[] = [];
  socket.on('task_delta', (delta: TaskDelta) => came.push(delta));
  try {
    expect(await socket.emitWithAck('subscribe_task', 'not-a-task')).toMatchObject({ ok: false });
    await client.runAsync(id);
    await client.ended(id);
    expect(came).toEqual([]);
  } finally {
    socket.close();
  }
}, 60_000);
