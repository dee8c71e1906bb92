// What every service's Express application has around its endpoints: request ids, metrics, access log, errors.
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { byAssertion, type Endpoint, type EndpointDeps, mountEndpoints } from './endpoint.ts';
import type { Health } from './health.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { newId } from './new-id.ts';
import { inRequest, observeResponse } from './observed-request.ts';
import { AppError, problemHandler } from './problem.ts';
import { traceIdOf } from './request-context.ts';
import { JWKS_PATH, type SigningKey } from './signing-key.ts';

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
    response.setHeader('x-request-id', requestId);
    const parent = traceIdOf(header) ? header : undefined;
    const route = () => routeOf(request, response);
    inRequest({ service, requestId, parent, request, response, route }, next);
  };
}

/** What the request was matched by, never its path. */
const routeOf = (request: Request, response: Response) =>
  String(response.locals.route ?? request.route?.path ?? 'unmatched');

/** Measures each request under its route (never its raw path) and logs it. */
export function observeRequests({ metrics, logger }: { logger: Logger; metrics: Metrics }): RequestHandler {
  const access = logger.child('http');
  return (request, response, next) => {
    const route = () => routeOf(request, response);
    observeResponse({ metrics, logger: access }, { request, response, route });
    next();
  };
}
