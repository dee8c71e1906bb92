// Which errors an operation can answer: its own, and those that come with its access, its input and its way.
import type { ErrorCode } from '@builder-ai/contracts/error-codes';
import type { Operation } from '../operations.ts';

export function errorsOf(operation: Operation): ErrorCode[] {
  const { method, path, access, service, limit, errors = [], withoutIdempotencyKey } = operation;
  const changes = method !== 'get';
  const all: ErrorCode[] = [
    ...errors,
    'INPUT_INVALID',
    ...(path.includes(':') ? (['PATH_INVALID'] as const) : []),
    'HOST_REFUSED',
    'INTERNAL',
    'SERVICE_UNAVAILABLE',
    ...(access === 'public' ? [] : (['NOT_SIGNED_IN', 'FORBIDDEN'] as const)),
    ...(changes ? (['ORIGIN_REFUSED'] as const) : []),
    ...(changes ? (['JSON_INVALID', 'MEDIA_TYPE', 'BODY_TOO_LARGE'] as const) : []),
    ...(method === 'post' && !withoutIdempotencyKey ? (['IDEMPOTENCY_KEY_REUSED'] as const) : []),
    ...(limit ? (['RATE_LIMITED'] as const) : []),
    ...(service === 'gateway' ? [] : (['GATEWAY_TIMEOUT'] as const)),
  ];
  return [...new Set(all)].sort();
}
