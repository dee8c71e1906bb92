// An answer of the agent in chat: as a whole, or as a stream of server-sent events.
import { PassThrough } from 'node:stream';
import type { Answer } from '@builder-ai/platform/endpoint';
import { toAppError } from '@builder-ai/platform/problem';
import type { AgentAnswer } from './kept-answer.ts';

export type Send = (event: string, data: object) => void;

type Work = (send: Send | undefined) => Promise<AgentAnswer>;

/** @param work told how to send its events where they are wanted */
export async function respond(asStream: boolean, work: Work): Promise<Answer> {
  return asStream ? stream(work) : { status: 200, body: await work(undefined) };
}

function stream(work: Work): Answer {
  const events = new PassThrough();
  const send = (event: string, data: object) => {
    if (!events.destroyed) events.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  work(send)
    .then((answer) => send('done', answer))
    .catch((error: unknown) => {
      const { code, message } = toAppError(error);
      send('error', { code, detail: message });
    })
    .finally(() => events.end());
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' };
  return { status: 200, stream: events, headers };
}
