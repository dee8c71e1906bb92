// Who does not read is sent no more than has room, keeps nobody waiting, and is told to catch up.
import type { TaskEvent } from '@builder-ai/contracts/task';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Socket } from 'socket.io-client';
import { type GivenService, givenService } from './given-service.ts';
import { collect, range, toMessage, toSeqs } from './timeline-message.ts';

const LIMIT_MS = 90_000;
/** Together more than the system keeps between a socket and its reader. */
const ENTRY_BYTES = 24 * 1024;
const ENTRIES = 1_600;
const STREAMED = 500;

let given: GivenService;
let taskId: string;

beforeAll(async () => {
  given = await givenService();
});

afterAll(() => given.close());

beforeEach(() => {
  taskId = given.newTask();
});

/** The connection below a socket: what is not read from it stays at the server. */
const connectionOf = (socket: Socket) =>
  (socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void; resume(): void } } }).ws._socket;

async function publishLarge(from: number, to: number): Promise<void> {
  const large = range(from, to).map((seq) => {
    const message = toMessage(taskId, seq);
    const event = JSON.parse(message.value);
    const data = { ...event.data, message: 'x'.repeat(ENTRY_BYTES) };
    return { ...message, value: JSON.stringify({ ...event, data }) };
  });
  for (let next = 0; next < large.length; next += 200) await given.bus.publish(large.slice(next, next + 200));
}

test(
  'a socket that is far behind when it reads again is told so, and has everything after it has asked',
  async () => {
    const [stalled, reading] = [await given.connect(), await given.connect()];
    const [missed, all] = [collect(stalled, taskId), collect(reading, taskId)];
    const resets: { task_id: string; seq: number }[] = [];
    stalled.on('reset', (reset) => resets.push(reset));
    for (const socket of [stalled, reading]) await socket.emitWithAck('subscribe_task', taskId, { after: 0 });
    connectionOf(stalled).pause();
    await publishLarge(1, ENTRIES);
    await eventually(() => all.length === ENTRIES, LIMIT_MS);
    expect(missed.length).toBeLessThan(ENTRIES - 1_000);
    connectionOf(stalled).resume();
    await eventually(() => resets.length === 1, LIMIT_MS);
    expect(resets).toEqual([{ task_id: taskId, seq: ENTRIES }]);
    const last = missed.at(-1)?.seq ?? 0;
    expect(toSeqs(missed)).toEqual(range(1, last));
    await stalled.emitWithAck('subscribe_task', taskId, { after: last });
    await given.publish(taskId, ENTRIES + 1);
    await eventually(() => missed.at(-1)?.seq === ENTRIES + 1, LIMIT_MS);
    expect(toSeqs(missed)).toEqual(range(1, ENTRIES + 1));
  },
  LIMIT_MS * 2,
);

test(
  'a stream whose reader stalls goes on where it was, without a gap and without being told',
  async () => {
    const answer = await fetch(`${given.url}/tasks/${taskId}/events`, {
      headers: { ...(await given.headersFor()), accept: 'text/event-stream' },
    });
    const reader = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    await publishLarge(1, STREAMED);
    const listed = async () =>
      ((await (await given.get(`/tasks/${taskId}/events?after=${STREAMED - 1}`)).json()) as TaskEvent[]).length;
    await eventually(async () => (await listed()) === 1, LIMIT_MS);
    let text = '';
    while (!text.slice(-2 * ENTRY_BYTES).includes(`id: ${STREAMED}\n`)) text += (await reader.read()).value ?? '';
    await reader.cancel();
    expect([...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))).toEqual(range(1, STREAMED));
    expect(text).not.toContain('event: reset');
  },
  LIMIT_MS * 2,
);
