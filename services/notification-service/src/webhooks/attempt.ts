// One attempt to bring a delivery to its receiver.
import type { Outgoing } from '@builder-ai/platform/outgoing/outgoing';
import type { Claimed } from './claim-delivery.ts';
import { signatureHeaders } from './signature.ts';

export type Attempted = {
  ok: boolean;
  /** The receiver wants nothing more. */
  gone: boolean;
  status: number | null;
  body: string;
  error: string | null;
  /** How long the receiver asks to be left alone. */
  retryAfterMs: number;
  startedAt: Date;
  durationMs: number;
};

const KEPT_CHARACTERS = 1_000;
const MAX_RETRY_AFTER_SECONDS = 24 * 3_600;

/** Never throws: what went wrong is in the answer. Only 2xx counts as received. */
export async function attemptDelivery(outgoing: Outgoing, claimed: Claimed, timeoutMs: number): Promise<Attempted> {
  const startedAt = new Date();
  const start = performance.now();
  const { id, payload: body, secrets, url } = claimed;
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Builder-AI-Webhooks/1',
    ...signatureHeaders({ id, sentAt: startedAt, body }, secrets),
  };
  const taken = () => ({ startedAt, durationMs: performance.now() - start });
  try {
    const answer = await outgoing.send(url, { method: 'POST', headers, body, timeoutMs });
    const ok = answer.status >= 200 && answer.status < 300;
    return {
      ok,
      gone: answer.status === 410,
      status: answer.status,
      body: answer.body.slice(0, KEPT_CHARACTERS).replaceAll('\0', ''),
      error: ok ? null : `The receiver answered ${answer.status}.`,
      retryAfterMs: readRetryAfter(answer.headers.get('retry-after')),
      ...taken(),
    };
  } catch (thrown) {
    return { ok: false, gone: false, status: null, body: '', error: toReason(thrown), retryAfterMs: 0, ...taken() };
  }
}

function readRetryAfter(header: string | null): number {
  if (header === null || !/^\d{1,6}$/.test(header)) return 0;
  return Math.min(Number(header), MAX_RETRY_AFTER_SECONDS) * 1_000;
}

function toReason(thrown: unknown): string {
  const { name, message } = thrown as Partial<Error>;
  if (name === 'TimeoutError') return 'The receiver did not answer in time.';
  return String(message ?? thrown).slice(0, KEPT_CHARACTERS);
}
