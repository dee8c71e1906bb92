// What OpenAI's APIs say when something is wrong with a request, or with them.
const TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'invalid_request_error',
  404: 'invalid_request_error',
  429: 'rate_limit_error',
};

/** An error as OpenAI's APIs answer it. */
export function toOpenAiError(status: number, message: string) {
  const code = status === 401 ? 'invalid_api_key' : status === 429 ? 'rate_limit_exceeded' : null;
  return { error: { message, type: TYPES[status] ?? 'server_error', param: null, code } };
}
