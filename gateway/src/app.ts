// The gateway's HTTP application: the table's routes, and beside them what the gateway answers by itself.
import type { RequestListener } from 'node:http';
import { mountEndpoints } from '@builder-ai/platform/endpoint';
import { AppError, problemHandler } from '@builder-ai/platform/problem';
import { observeRequests, requestContext } from '@builder-ai/platform/service-app';
import { JWKS_PATH } from '@builder-ai/platform/signing-key';
import express, { type Express, type RequestHandler } from 'express';
import { checkAccess } from './auth/caller.ts';
import { byCaller } from './auth/identify.ts';
import { checkHost, checkOrigin } from './auth/same-origin.ts';
import { signIn, signOut } from './auth/sign-in.ts';
import { newCrossOrigin } from './cross-origin.ts';
import type { Deps } from './deps.ts';
import { documents } from './documents/serve-documents.ts';
import { endpoints } from './endpoints.ts';
import { me } from './me.ts';
import { canonicalUrl } from './proxy/canonical-path.ts';
import { type ClientAddress, readClientAddress } from './proxy/client-address.ts';
import { newForward } from './proxy/forward.ts';
import { webClient } from './web-client.ts';

/** All that the gateway answers: the table's routes before Express, the rest by Express. */
export function createHandler(deps: Deps): RequestListener {
  const forward = newForward(deps);
  const app = createApp(deps);
  const allowCrossOrigin = newCrossOrigin(deps.trustedOrigins);
  return (request, response) =>
    allowCrossOrigin(request, response, () => {
      if (!forward(request, response)) app(request, response);
    });
}

/** What the gateway answers by itself; opens nothing, so a test can call it. */
export function createApp(deps: Deps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('strict routing');
  app.enable('case sensitive routing');
  app.use(
    dropClientContext,
    noteClient(deps),
    requestContext(deps.metrics.service),
    observeRequests(deps),
    securityHeaders(deps),
    readPathOnce,
  );
  deps.health.mount(app);
  // Under any name: services ask for them by the address that they have, which is none that people use.
  app.get(JWKS_PATH, (_request, response) => void response.json(deps.signingKey.jwks));
  app.use(hostCheck(deps));
  app.get('/metrics', requireOperator(deps), deps.metrics.handler);
  app.get('/sign-in', signIn(deps));
  app.post('/sign-out', originCheck(deps), signOut(deps));
  app.get('/me', me(deps));
  app.use(documents());
  mountEndpoints(app, endpoints, deps, byCaller(deps));
  if (deps.webDirectory) app.use(webClient(deps.webDirectory));
  app.use(() => {
    throw new AppError('ROUTE_NOT_FOUND');
  });
  app.use(problemHandler(deps.logger));
  return app;
}

/** Request ids and traces are made here, at the door, never taken from outside. */
const dropClientContext: RequestHandler = (request, _response, next) => {
  delete request.headers['x-request-id'];
  delete request.headers.traceparent;
  next();
};

/** Before anything is counted, written down or forwarded by it. */
function noteClient({ trustedHops }: Deps): RequestHandler {
  return (request, response, next) => {
    response.locals.client = readClientAddress(request, trustedHops);
    next();
  };
}

/** From here on everybody sees the same path: the web client's files, the endpoints here, the services. */
const readPathOnce: RequestHandler = (request, _response, next) => {
  request.url = canonicalUrl(request.url);
  next();
};

function hostCheck({ allowedHosts }: Deps): RequestHandler {
  return (request, _response, next) => {
    checkHost(request, allowedHosts);
    next();
  };
}

function originCheck({ trustedOrigins }: Deps): RequestHandler {
  return (request, _response, next) => {
    checkOrigin(request, trustedOrigins);
    next();
  };
}

function requireOperator({ callers }: Deps): RequestHandler {
  return async (request, response, next) => {
    const caller = await callers.admit(request, response.locals.client as ClientAddress);
    checkAccess(caller, 'operator');
    next();
  };
}

function securityHeaders({ securityHeaders }: Deps): RequestHandler {
  return (_request, response, next) => {
    for (const [name, value] of securityHeaders) response.setHeader(name, value);
    next();
  };
}
