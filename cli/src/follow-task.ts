// Follows a task's timeline as it comes: server-sent events, taken up again where they broke off.
import { setTimeout as delay } from 'node:timers/promises';
import { ApiProblem, toProblem } from '@builder-ai/client/api-problem';
import type { TaskEvent } from '@builder-ai/client/names';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { Session } from './session.ts';

export type Delta = { event_type: 'message_delta' | 'command_output'; data: { text?: string; offset?: number } };

export type Followed = { kind: 'event'; event: TaskEvent } | { kind: 'delta'; delta: Delta };

const RETRY_MS = 1_000;
const MAX_RETRIES = 30;

/**
 * Every entry after `after`, once and in order. Ends only when it is no longer read.
 * @throws ApiProblem when the server refuses, or was away for half a minute
 */
export async function* followTask(session: Session, taskId: string, after: number): AsyncGenerator<Followed> {
  let last = after;
  for (let failures = 0; ; failures += 1) {
    if (failures > 0) await delay(RETRY_MS, undefined, { signal: session.signal });
    try {
      for await (const item of readStream(session, taskId, last)) {
        failures = 0;
        if (item.kind === 'event') {
          // What comes again after a break was told already.
          if (item.event.seq <= last) continue;
          last = item.event.seq;
        }
        yield item;
      }
    } catch (error) {
      if (session.signal.aborted || failures >= MAX_RETRIES || isFinal(error)) throw error;
    }
  }
}

const isFinal = (error: unknown) =>
  error instanceof ApiProblem &&
  error.shown.status !== undefined &&
  error.shown.status < 500 &&
  error.shown.status !== 429;

async function* readStream({ url, key, signal }: Session, taskId: string, after: number): AsyncGenerator<Followed> {
  const address = `${url}/tasks/${encodeURIComponent(taskId)}/events?after=${after}&deltas=true`;
  const headers = { accept: 'text/event-stream', authorization: `Bearer ${key}` };
  const response = await fetch(address, { headers, signal }).catch((cause: unknown) => {
    throw new ApiProblem(
      { title: 'No answer', detail: 'The server cannot be reached. Is it still running?' },
      { cause },
    );
  });
  if (!response.ok || !response.body) throw new ApiProblem(await toProblem(response));
  const messages = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { event, data } of messages) {
    if (event === 'task_event') yield { kind: 'event', event: JSON.parse(data) as TaskEvent };
    else if (event === 'task_delta') yield { kind: 'delta', delta: JSON.parse(data) as Delta };
  }
}
