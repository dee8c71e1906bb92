// What the current request or event is about, carried along without passing it by hand; every log line shows it.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

export type RequestContext = {
  /** The service whose work it is: one process may have several. */
  service?: string;
  request_id?: string;
  traceparent?: string;
  task_id?: string;
};

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` with this context, added to the one around it. */
export function withContext<T>(context: RequestContext, work: () => T): T {
  return storage.run({ ...storage.getStore(), ...context }, work);
}

export function currentContext(): RequestContext {
  return storage.getStore() ?? {};
}

/** The trace id (32 hex digits) inside a W3C traceparent header, if it is one. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return traceparent?.match(/^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/)?.[1];
}

/** A new W3C traceparent (https://www.w3.org/TR/trace-context/), not sampled. */
export function newTraceparent(): string {
  const hex = randomBytes(24).toString('hex');
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-00`;
}
