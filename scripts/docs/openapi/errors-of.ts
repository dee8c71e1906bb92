// Which errors an operation can answer: its own, and those that come with its access, its input and its way.
import type { ErrorCode } from '@builder-ai/contracts/error-codes';
import type { Operation } from '../operations.ts';

export function errorsOf(operation: Operation): ErrorCode[] {
  const { method, access, service, limit, errors = [], takesIdempotencyKey } = operation;
  const changes = method !== 'get';
  const all: ErrorCode[] = [
    ...errors,
    'INPUT_INVALID',
    'HOST_REFUSED',
    'INTERNAL',
    'SERVICE_UNAVAILABLE',
    ...(access === 'public' ? [] : (['NOT_SIGNED_IN', 'FORBIDDEN'] as const)),
    ...(changes ? (['ORIGIN_REFUSED'] as const) : []),
    ...(changes ? (['JSON_INVALID', 'MEDIA_TYPE', 'BODY_TOO_LARGE'] as const) : []),
    ...(method === 'post' && takesIdempotencyKey !== false ? (['IDEMPOTENCY_KEY_REUSED'] as const) : []),
    ...(limit ? (['RATE_LIMITED'] as const) : []),
    ...(service === 'gateway' ? [] : (['GATEWAY_TIMEOUT'] as const)),
  ];
  return [...new Set(all)].sort();
}
