// Errors as data: a stable code thrown anywhere becomes one RFC 9457 problem answer in one place.
import type { ServerResponse } from 'node:http';
import { type ErrorCode, errorCodes, type Problem } from '@builder-ai/contracts/error-codes';
import type { ErrorRequestHandler } from 'express';
import type { Logger } from './logger.ts';
import { currentContext } from './request-context.ts';

export type ProblemOptions = {
  detail?: string;
  errors?: Problem['errors'];
  headers?: Record<string, string>;
  cause?: unknown;
};

/** An error that the client may see. Anything else that is thrown is answered as INTERNAL and only logged. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly errors: Problem['errors'];
  readonly headers: Record<string, string>;

  constructor(code: ErrorCode, options: ProblemOptions = {}) {
    super(options.detail ?? errorCodes[code].detail, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = errorCodes[code].status;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}

/** The body of the answer for whatever was thrown; nothing of an unexpected error leaks. */
export function toProblem(error: AppError, requestId: string): Problem {
  return {
    type: `urn:builder-ai:error:${error.code}`,
    title: errorCodes[error.code].title,
    status: error.status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    ...(error.errors && { errors: error.errors }),
  };
}

/** Turns whatever a library or handler threw into one of our errors. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { type, status, statusCode } = (error ?? {}) as { type?: string; status?: number; statusCode?: number };
  if (type === 'entity.too.large') return new AppError('BODY_TOO_LARGE', { cause: error });
  if (type === 'entity.parse.failed' || type === 'request.aborted')
    return new AppError('JSON_INVALID', { cause: error });
  if (type === 'charset.unsupported' || type === 'encoding.unsupported')
    return new AppError('MEDIA_TYPE', { cause: error });
  // Express itself throws URIError with a status for a path like /tasks/%zz.
  if ((status ?? statusCode) === 400)
    return new AppError('INPUT_INVALID', { cause: error, detail: 'The request is malformed.' });
  if (isInfrastructureFault(error))
    return new AppError('SERVICE_UNAVAILABLE', { cause: error, headers: { 'retry-after': '1' } });
  return new AppError('INTERNAL', { cause: error });
}

/** True for faults of the connection to PostgreSQL, not of the statement: they pass, and a retry may help. */
export function isDatabaseAway(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string') {
    if (/^(08|53|57|58|40)...$/.test(code) || code === '55P03' || code === '25P03' || code === '25P04') return true;
    // Prisma's own words for it: not reachable, no answer in time, closed, no connection free, a conflict of writes.
    if (/^P(1001|1002|1008|1017|2024|2034)$/.test(code)) return true;
    if (/^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|AI_AGAIN)$/.test(code)) return true;
  }
  return (
    typeof message === 'string' &&
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after calling end/.test(
      message,
    )
  );
}

const CAUSES_READ = 10;

/**
 * True when what the work stands on has failed, not the work itself: the database or another service is away, busy or
 * too slow. The same work may succeed later. An error of ours decides by its status, whatever its cause: 503 and its
 * like are somebody else's fault.
 */
export function isInfrastructureFault(error: unknown): boolean {
  let fault = error;
  for (let depth = 0; depth < CAUSES_READ && fault; depth += 1) {
    if (fault instanceof AppError) return fault.status > 500;
    if (isDatabaseAway(fault) || isNetworkFault(fault)) return true;
    fault = (fault as { cause?: unknown }).cause;
  }
  return false;
}

/** A connection, a name or an answer that did not come; or no room left for one more file or connection. */
function isNetworkFault(error: unknown): boolean {
  const { code, name, message } = (error ?? {}) as { code?: unknown; name?: unknown; message?: unknown };
  if (name === 'TimeoutError' || name === 'AbortError') return true;
  if (name === 'TypeError' && message === 'fetch failed') return true;
  if (typeof code !== 'string') return false;
  return /^(E(CONN\w+|NOTFOUND|NET\w+|HOSTDOWN|NOSPC|DQUOT|[MN]FILE)|UND_ERR_(\w+_TIMEOUT|SOCKET|ABORTED))$/.test(code);
}

/** The one place that turns an error into an HTTP answer. */
export function problemHandler(logger: Logger): ErrorRequestHandler {
  return (thrown, request, response, _next) => {
    const error = toAppError(thrown);
    if (error.status >= 500) {
      logger.error('Request failed', {
        operation: `${request.method} ${request.route?.path ?? ''}`,
        error: error.cause ?? error,
      });
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    answerProblem(response, error, currentContext().request_id ?? '');
  };
}

/** Ends an answer that has not begun. */
export function answerProblem(response: ServerResponse, error: AppError, requestId: string): void {
  const body = Buffer.from(JSON.stringify(toProblem(error, requestId)));
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  response.statusCode = error.status;
  response.setHeader('content-type', 'application/problem+json');
  response.setHeader('content-length', body.length);
  response.end(body);
}
