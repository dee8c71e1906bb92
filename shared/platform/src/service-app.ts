// What every service's Express application has around its endpoints: request ids, metrics, access log, errors.
import { SpanStatusCode } from '@opentelemetry/api';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { byAssertion, type Endpoint, type EndpointDeps, mountEndpoints } from './endpoint.ts';
import type { Health } from './health.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { newId } from './new-id.ts';
import { AppError, problemHandler } from './problem.ts';
import { newTraceparent, traceIdOf, withContext } from './request-context.ts';
import { JWKS_PATH, type SigningKey } from './signing-key.ts';
import { inSpan, startSpan } from './span.ts';

export type ServiceAppDeps = EndpointDeps & {
  logger: Logger;
  health: Health;
  metrics: Metrics;
  signingKey?: SigningKey;
};

/** Builds the application; opens nothing. */
export function createServiceApp<Deps extends ServiceAppDeps>(
  endpoints: readonly Endpoint<Deps>[],
  deps: Deps,
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('strict routing');
  app.enable('case sensitive routing');
  app.use(requestContext(deps.metrics.service));
  app.use(observeRequests(deps));
  deps.health.mount(app);
  app.get('/metrics', deps.metrics.handler);
  if (deps.signingKey) {
    const { signingKey } = deps;
    app.get(JWKS_PATH, (_request, response) => void response.json(signingKey.jwks));
  }
  mountEndpoints(app, endpoints, deps, byAssertion(deps));
  app.use(() => {
    throw new AppError('ROUTE_NOT_FOUND');
  });
  app.use(problemHandler(deps.logger));
  return app;
}

/** Takes the request id and trace that the caller sent, or makes them; every log line below carries both. */
export function requestContext(service: string): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id');
    const requestId = given && /^[\w.-]{8,100}$/.test(given) ? given : newId();
    const header = request.get('traceparent');
    const parent = traceIdOf(header) ? header : undefined;
    response.setHeader('x-request-id', requestId);
    const span = startRequestSpan(service, parent, request, response);
    withContext({ service, request_id: requestId, traceparent: parent ?? newTraceparent() }, () =>
      span ? inSpan(span, next) : next(),
    );
  };
}

/** Who asks whether we are alive asks too often to be traced. */
const UNTRACED = /^\/(health|metrics)(\/|$)/;

function startRequestSpan(service: string, traceparent: string | undefined, request: Request, response: Response) {
  if (UNTRACED.test(request.path)) return undefined;
  const { method } = request;
  const attributes = { 'http.request.method': method };
  const span = startSpan({ service, name: method, kind: 'server', traceparent, attributes });
  if (!span) return undefined;
  response.on('close', () => {
    const route = routeOf(request, response);
    span.updateName(`${method} ${route}`);
    span.setAttributes({ 'http.route': route, 'http.response.status_code': response.statusCode });
    if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
  return span;
}

/** What the request was matched by, never its path. */
const routeOf = (request: Request, response: Response) =>
  String(response.locals.route ?? request.route?.path ?? 'unmatched');

/** Measures each request under its route (never its raw path) and logs it. */
export function observeRequests(deps: { logger: Logger; metrics: Metrics }): RequestHandler {
  const logger = deps.logger.child('http');
  return (request, response, next) => {
    const start = performance.now();
    response.on('finish', () => {
      const duration = performance.now() - start;
      const route = routeOf(request, response);
      deps.metrics.observeRequest(`${request.method} ${route}`, duration, response.statusCode);
      logger.debug('Request', {
        method: request.method,
        route,
        status: response.statusCode,
        duration_ms: Math.round(duration),
      });
    });
    next();
  };
}
