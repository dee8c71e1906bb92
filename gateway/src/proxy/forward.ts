// The table's routes, before Express: authorises a request and hands it to its service. Express's own stack would be half of
// what a request costs; nothing of it is needed here.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ACCESS } from '@builder-ai/contracts/identity';
import { newId } from '@builder-ai/platform/new-id';
import { inRequest, observeResponse } from '@builder-ai/platform/observed-request';
import { AppError, answerProblem, toAppError } from '@builder-ai/platform/problem';
import { currentContext } from '@builder-ai/platform/request-context';
import type { Request, Response } from 'express';
import { auditAnswer } from '../audit/audit-answer.ts';
import { type Caller, checkAccess } from '../auth/caller.ts';
import { checkHost, checkOrigin } from '../auth/same-origin.ts';
import type { Deps } from '../deps.ts';
import { addressKey, passLimit } from '../rate-limits.ts';
import { findRoute, type Route } from '../routes.ts';
import { canonicalUrl, pathOf } from './canonical-path.ts';
import { type ClientAddress, readClientAddress } from './client-address.ts';
import { toForwardedHeaders } from './forwarded-headers.ts';
import { openBody } from './request-body.ts';

/** @returns false for what no route names: that is Express's to answer, and nothing was done to it */
export type Forward = (request: IncomingMessage, response: ServerResponse) => boolean;

export function newForward(deps: Deps): Forward {
  const observers = { metrics: deps.metrics, logger: deps.logger.child('http') };
  return (request, response) => {
    const url = readUrl(request.url);
    const route = url === undefined ? undefined : findRoute(request.method ?? '', pathOf(url));
    if (url === undefined || !route) return false;
    const requestId = newId();
    const client = readClientAddress(request, deps.trustedHops);
    const routeName = () => route.path;
    observeResponse(observers, { request, response, route: routeName });
    inRequest({ service: deps.metrics.service, requestId, request, response, route: routeName }, () => {
      const fail = (thrown: unknown) => answerFailure(deps, { request, response, requestId, route }, thrown);
      forwardTo(deps, { request, response, route, url, requestId, client }, fail).catch(fail);
    });
    return true;
  };
}

function readUrl(url = ''): string | undefined {
  try {
    return canonicalUrl(url);
  } catch {
    return undefined;
  }
}

type Forwarding = {
  request: IncomingMessage;
  response: ServerResponse;
  route: Route;
  url: string;
  requestId: string;
  client: ClientAddress;
};

async function forwardTo(deps: Deps, forwarding: Forwarding, fail: (error: AppError) => void): Promise<void> {
  const { request, response, route, url, requestId, client } = forwarding;
  checkHost(request, deps.allowedHosts);
  const caller = await authorise(deps, request, route, client);
  checkLength(request, route);
  if (route.limit) await passRouteLimits(deps, route.limit, forwarding, caller);
  if (response.destroyed) return;
  if (caller) {
    const exchange = { caller, endsOnAnyChange: false, end: () => void request.socket.destroy() };
    response.once('close', deps.exchanges.add(exchange));
  }
  if (route.audit && caller) {
    const actor_id = caller.identity.userId;
    auditAnswer(deps, response, { actor_id, action: route.audit, path: pathOf(url), address: client.address });
  }
  const identity = caller ? await deps.issuer.headerFor(route.service, caller.identity) : {};
  const { traceparent = '' } = currentContext();
  const headers = toForwardedHeaders(request, { requestId, traceparent, identity, client });
  const ownHeaders = [...deps.securityHeaders, ['x-request-id', requestId] as const];
  const { maxBodyBytes } = route;
  const method = request.method as string;
  const opened = openBody(request);
  const body = opened instanceof Promise ? await opened : opened;
  deps.proxies[route.service].carry(
    { method, body, response, url, headers, ownHeaders, maxBodyBytes },
    route.timeout === 'run',
    fail,
  );
}

/** @throws AppError NOT_SIGNED_IN, FORBIDDEN, ORIGIN_REFUSED, RATE_LIMITED */
async function authorise(
  { callers, requestLimit, trustedOrigins }: Deps,
  request: IncomingMessage,
  route: Route,
  client: ClientAddress,
): Promise<Caller | undefined> {
  const caller = ACCESS[route.access] === null ? undefined : await callers.admit(request, client);
  if (!caller) {
    requestLimit.count(addressKey(client));
    return undefined;
  }
  if (caller.byCookie) checkOrigin(request, trustedOrigins);
  checkAccess(caller, route.access);
  return caller;
}

/** A body that says how large it is need not be waited for. @throws AppError BODY_TOO_LARGE */
function checkLength(request: IncomingMessage, { maxBodyBytes }: Route): void {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw new AppError('BODY_TOO_LARGE');
}

/** express-rate-limit knows an Express response by these. */
async function passRouteLimits(
  deps: Deps,
  name: NonNullable<Route['limit']>,
  { request, response, client }: Forwarding,
  caller: Caller | undefined,
): Promise<void> {
  const express = Object.assign(response, {
    locals: { caller, client },
    append: response.appendHeader,
  }) as unknown as Response;
  for (const limit of deps.limits[name]) await passLimit(limit, request as Request, express);
}

type Failed = Pick<Forwarding, 'request' | 'response' | 'requestId' | 'route'>;

function answerFailure(deps: Deps, { request, response, requestId, route }: Failed, thrown: unknown): void {
  const error = toAppError(thrown);
  if (error.status === 500)
    deps.logger.error('Request failed', { operation: `${request.method} ${route.path}`, error: error.cause ?? error });
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  for (const [name, value] of deps.securityHeaders) response.setHeader(name, value);
  response.setHeader('x-request-id', requestId);
  answerProblem(response, error, requestId);
}
