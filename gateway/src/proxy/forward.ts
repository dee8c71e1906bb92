// Authorises a request by the routing table and hands it to its service.
import { ACCESS } from '@builder-ai/contracts/identity';
import { AppError } from '@builder-ai/platform/problem';
import { currentContext } from '@builder-ai/platform/request-context';
import type { Request, RequestHandler } from 'express';
import { type Caller, checkAccess } from '../auth/caller.ts';
import { checkOrigin } from '../auth/same-origin.ts';
import type { Deps } from '../deps.ts';
import { passLimit } from '../rate-limits.ts';
import { findRoute, type Route } from '../routes.ts';
import { pathOf } from './canonical-path.ts';
import type { ClientAddress } from './client-address.ts';
import { setForwardedHeaders } from './forwarded-headers.ts';

export function forward(deps: Deps): RequestHandler {
  return async (request, response, next) => {
    const route = findRoute(request.method, pathOf(request.url));
    // What no route names may still be a file of the web client.
    if (!route) {
      next();
      return;
    }
    response.locals.route = route.path;
    const caller = await authorise(deps, request, route);
    response.locals.caller = caller;
    if (route.limit) await passLimit(deps.limits[route.limit], request, response);
    if (caller && !response.destroyed) {
      const exchange = { caller, endsOnAnyChange: false, end: () => void request.socket.destroy() };
      response.once('close', deps.exchanges.add(exchange));
    }
    const { request_id = '', traceparent = '' } = currentContext();
    const identity = caller ? await deps.issuer.headerFor(route.service, caller.identity) : {};
    setForwardedHeaders(request, {
      requestId: request_id,
      traceparent,
      identity,
      client: response.locals.client as ClientAddress,
    });
    deps.proxies[route.service].handle(route.timeout === 'run')(request, response, next);
  };
}

/** @throws AppError NOT_SIGNED_IN, FORBIDDEN, ORIGIN_REFUSED */
async function authorise(deps: Deps, request: Request, route: Route): Promise<Caller | undefined> {
  if (ACCESS[route.access] === null) return undefined;
  const caller = await deps.callers.find(request);
  if (!caller) throw new AppError('NOT_SIGNED_IN');
  if (caller.byCookie) checkOrigin(request);
  checkAccess(caller, route.access);
  return caller;
}
