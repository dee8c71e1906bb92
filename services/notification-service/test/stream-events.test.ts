// The timeline as server-sent events: what was there, what comes, and after a broken connection what was missed.
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type GivenService, givenService } from './given-service.ts';
import { range } from './timeline-message.ts';

let given: GivenService;
let taskId: string;
const open: AbortController[] = [];

beforeAll(async () => {
  given = await givenService();
});

afterAll(() => given.close());

beforeEach(() => {
  taskId = given.newTask();
});

afterEach(() => {
  for (const stream of open.splice(0)) stream.abort();
});

type Sent = { id?: string; event?: string; data?: Record<string, unknown> };

/** Opens a stream. @returns its answer and what it has been sent so far */
async function stream(query = '', headers: Record<string, string> = {}) {
  const abort = new AbortController();
  open.push(abort);
  const answer = await fetch(`${given.url}/tasks/${taskId}/events${query}`, {
    headers: { ...(await given.headersFor()), accept: 'text/event-stream', ...headers },
    signal: abort.signal,
  });
  const sent: Sent[] = [];
  let text = '';
  let ended = false;
  const read = async () => {
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) sent.push(parse(block));
    }
  };
  read()
    .catch(() => {})
    .finally(() => {
      ended = true;
    });
  const entries = () => sent.filter(({ event }) => event === 'task_event');
  return { answer, sent, entries, ids: () => entries().map(({ id }) => Number(id)), hasEnded: () => ended };
}

function parse(block: string): Sent {
  const fields = block.split('\n').map((line) => [line.split(': ', 1)[0], line.slice(line.indexOf(': ') + 2)]);
  const { data, ...rest } = Object.fromEntries(fields);
  return { ...rest, ...(data && { data: JSON.parse(data) }) };
}

describe('a stream', () => {
  test('begins with what was there, goes on with what comes, each entry once and as the list has it', async () => {
    await given.publish(taskId, 1, 450);
    await eventually(async () => (await (await given.get(`/tasks/${taskId}/events?after=449`)).text()).length > 2);
    const { answer, ids, entries } = await stream();
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    await given.publish(taskId, 451, 470);
    await eventually(() => ids().length === 470);
    expect(ids()).toEqual(range(1, 470));
    const listed = await (await given.get(`/tasks/${taskId}/events?limit=1`)).json();
    expect(entries()[0]?.data).toEqual((listed as unknown[])[0]);
  });

  test('goes on after Last-Event-ID, whatever its address says', async () => {
    await given.publish(taskId, 1, 5);
    await eventually(async () => (await (await given.get(`/tasks/${taskId}/events?after=4`)).text()).length > 2);
    const [byHeader, byQuery] = [await stream('?after=1', { 'last-event-id': '3' }), await stream('?after=4')];
    await given.publish(taskId, 6);
    await eventually(() => byHeader.ids().length === 3 && byQuery.ids().length === 2);
    expect([byHeader.ids(), byQuery.ids()]).toEqual([
      [4, 5, 6],
      [5, 6],
    ]);
  });

  test('of a task that is not heard of yet waits for its first entry, and a client that goes leaves nothing', async () => {
    const { answer, ids } = await stream();
    expect(answer.status).toBe(200);
    await given.publish(taskId, 1);
    await eventually(() => ids().length === 1);
  });

  test('carries what models say as it comes to who asks for it', async () => {
    const [with_, without] = [await stream('?deltas=true'), await stream()];
    await given.publish(taskId, 1);
    await eventually(() => with_.ids().length === 1 && without.ids().length === 1);
    given.broadcastDelta(taskId, 'Hello');
    await eventually(() => with_.sent.some(({ event }) => event === 'task_delta'));
    await given.publish(taskId, 2);
    await eventually(() => without.ids().length === 2);
    expect(with_.sent.find(({ event }) => event === 'task_delta')).toMatchObject({ data: { data: { text: 'Hello' } } });
    expect(without.sent.filter(({ event }) => event === 'task_delta')).toEqual([]);
  });

  test('ends when the service stops, and is taken up at the next one without a gap', async () => {
    await given.publish(taskId, 1, 3);
    const first = await stream();
    await eventually(() => first.ids().length === 3);
    await given.stop();
    await eventually(() => first.hasEnded());
    await given.publish(taskId, 4, 5);
    await given.start();
    const second = await stream('', { 'last-event-id': '3' });
    await eventually(() => second.ids().length === 2);
    expect(second.ids()).toEqual([4, 5]);
  });
});

test.each(['x', '-1', '1.5', '99999999999999999'])('Last-Event-ID %s is no id of an event', async (id) => {
  const { answer } = await stream('', { 'last-event-id': id });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([400, expect.stringContaining('problem+json')]);
});

test("another user's task has no stream", async () => {
  taskId = given.newTask('owner-2');
  expect((await stream()).answer.status).toBe(404);
});

test.each(['*/*', 'application/json', 'application/json, text/event-stream;q=0.5'])(
  'who accepts %s gets the list',
  async (accept) => {
    const { answer } = await stream('', { accept });
    expect(answer.headers.get('content-type')).toMatch('application/json');
  },
);
