// A request as it is seen from outside: its context for the log, its span, its duration, its line in the access log.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SpanStatusCode } from '@opentelemetry/api';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { newTraceparent, withContext } from './request-context.ts';
import { inSpan, startSpan } from './span.ts';

export type RequestScope = {
  service: string;
  requestId: string;
  /** What it follows from, where somebody else has begun the trace. */
  parent?: string | undefined;
  request: IncomingMessage;
  response: ServerResponse;
  /** What the request was matched by, never its path. Asked at the end: before that nobody may know. */
  route: () => string;
};

/** Runs `work` for the request: whatever it logs, sends and starts belongs to it. */
export function inRequest<T>(scope: RequestScope, work: () => T): T {
  const { service, requestId, parent } = scope;
  const span = startRequestSpan(scope);
  return withContext({ service, request_id: requestId, traceparent: parent ?? newTraceparent() }, () =>
    span ? inSpan(span, work) : work(),
  );
}

/** Who asks whether we are alive asks too often to be traced. */
const UNTRACED = /^\/(health|metrics)(\/|\?|$)/;

function startRequestSpan({ service, parent, request, response, route }: RequestScope) {
  if (UNTRACED.test(request.url ?? '')) return undefined;
  const method = request.method ?? '';
  const attributes = { 'http.request.method': method };
  const span = startSpan({ service, name: method, kind: 'server', traceparent: parent, attributes });
  if (!span) return undefined;
  response.on('close', () => {
    span.updateName(`${method} ${route()}`);
    span.setAttributes({ 'http.route': route(), 'http.response.status_code': response.statusCode });
    if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
  return span;
}

export type Observers = { logger: Logger; metrics: Metrics };
export type Observed = Pick<RequestScope, 'request' | 'response' | 'route'>;

/** Measures a request under its route, and logs it. */
export function observeResponse({ metrics, logger }: Observers, { request, response, route }: Observed): void {
  const start = performance.now();
  response.once('finish', () => {
    const duration = performance.now() - start;
    const name = route();
    metrics.observeRequest(`${request.method} ${name}`, duration, response.statusCode);
    logger.debug('Request', {
      method: request.method,
      route: name,
      status: response.statusCode,
      duration_ms: Math.round(duration),
    });
  });
}
