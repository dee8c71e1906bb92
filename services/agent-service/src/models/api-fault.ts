// What an SDK's error means. Both vendors' SDKs are made by the same generator, so their errors are alike.
import { ProviderFault } from './provider-fault.ts';

export type ApiFaultOptions = {
  /** As people call it. */
  vendor: string;
  apiKey: string;
  /** What each SDK calls a connection that could not be made or broke. */
  isConnectionError(error: unknown): boolean;
  isTimeout(error: unknown): boolean;
};

const MAX_WORDS = 500;
const LATER = new Set([408, 409, 429]);

type StatusError = { status?: unknown; headers?: Headers; message?: string; apiMessage?: string; code?: unknown };

export function toApiFault(error: unknown, { vendor, apiKey, ...is }: ApiFaultOptions): ProviderFault {
  const words = (text: string) => `${vendor}: ${apiKey ? text.replaceAll(apiKey, '…') : text}`.slice(0, MAX_WORDS);
  const { status, headers, apiMessage, code } = error as StatusError;
  const said = error instanceof Error ? error.message : String(error);
  if (typeof status === 'number') {
    // An account without money answers 429 for good.
    const hopeless = code === 'insufficient_quota';
    const kind = !hopeless && (LATER.has(status) || status >= 500) ? 'unavailable' : 'refused';
    const retryAfterMs = readRetryAfter(headers);
    const text = apiMessage === undefined ? said : `${status} ${apiMessage}`.trim();
    return new ProviderFault(words(text), {
      kind,
      mayBePaid: false,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
  // Nobody listened there, so nothing was sent; a time-out or a break in the middle may have been paid.
  const refused = causeCode(error) === 'ECONNREFUSED' || causeCode(error) === 'ENOTFOUND';
  const mayBePaid = !(is.isConnectionError(error) && !is.isTimeout(error) && refused);
  return new ProviderFault(words(said), { kind: 'unavailable', mayBePaid });
}

export function timedOut(vendor: string, timeoutMs: number): ProviderFault {
  return new ProviderFault(`${vendor}: no whole answer within ${timeoutMs / 1000} s.`, {
    kind: 'unavailable',
    mayBePaid: true,
  });
}

function causeCode(error: unknown): string | undefined {
  const { code, cause } = (error ?? {}) as NodeJS.ErrnoException;
  return code ?? (cause === undefined ? undefined : causeCode(cause));
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function readRetryAfter(headers: Headers | undefined): number | undefined {
  const value = headers?.get('retry-after');
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
