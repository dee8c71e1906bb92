// Carries requests and WebSockets to one service over kept-alive connections.
import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '@builder-ai/platform/logger';
import { AppError, toProblem } from '@builder-ai/platform/problem';
import { currentContext } from '@builder-ai/platform/request-context';
import type { Request, RequestHandler } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';

export type ServiceProxy = {
  /** Carries a request; `slow` allows the time that a run request may wait. */
  handle: (slow: boolean) => RequestHandler;
  upgrade: (request: Request, socket: Socket, head: Buffer) => void;
  close(): void;
};

export type ServiceProxyOptions = {
  service: string;
  url: string;
  timeoutMs: number;
  slowTimeoutMs: number;
  logger: Logger;
};

/** Built once a service: a proxy made for each request would open its own connections. */
export function newServiceProxy({ service, url, timeoutMs, slowTimeoutMs, logger }: ServiceProxyOptions): ServiceProxy {
  const agent = new Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 64 });
  const timedOut = new WeakSet<IncomingMessage>();
  const proxyWith = (proxyTimeout: number) =>
    createProxyMiddleware<Request>({
      target: url,
      agent,
      xfwd: false,
      proxyTimeout,
      // Also ends what was opened for a client that had gone by then.
      upgradeTimeout: proxyTimeout,
      on: {
        // The proxy ends a request that takes too long with the same error as one whose connection broke.
        proxyReq: (outgoing, request) => void outgoing.once('timeout', () => timedOut.add(request)),
        error: (error, request, response) =>
          answerFailure({ error, request, response, service, logger, timedOut: timedOut.has(request) }),
        proxyReqWs(outgoing, _request, socket) {
          // However the client's side ends, the service's must not stay behind: neither before nor after the upgrade.
          socket.once('close', () => outgoing.destroy());
          outgoing.once('upgrade', (_incoming, upstream) => void socket.once('close', () => upstream.destroy()));
        },
        proxyRes(incoming, _request, response) {
          // A client that hangs up in the middle is no fault of anybody's.
          response.on('error', () => {});
          // What the service says is about its connection to the gateway; the client has asked for its own.
          delete incoming.headers['keep-alive'];
          incoming.headers.connection = response.shouldKeepAlive ? 'keep-alive' : 'close';
          // A stream of events has begun, however long its first event takes.
          if (/^text\/event-stream\b/.test(incoming.headers['content-type'] ?? ''))
            queueMicrotask(() => response.flushHeaders());
        },
      },
    });
  const normal = proxyWith(timeoutMs);
  const slow = proxyWith(slowTimeoutMs);
  return {
    handle: (isSlow) => (isSlow ? slow : normal) as unknown as RequestHandler,
    upgrade: (request, socket, head) => normal.upgrade(request, socket, head),
    close: () => agent.destroy(),
  };
}

type Failure = {
  error: Error;
  request: IncomingMessage;
  response: ServerResponse | Socket;
  service: string;
  logger: Logger;
  timedOut: boolean;
};

function answerFailure({ error, request, response, service, logger, timedOut }: Failure): void {
  if (request.socket.destroyed) return;
  logger.warn('A service did not answer', { upstream: service, error });
  if (!('setHeader' in response) || response.headersSent) {
    response.destroy();
    return;
  }
  const problem = timedOut ? new AppError('GATEWAY_TIMEOUT') : new AppError('SERVICE_UNAVAILABLE');
  const requestId = String(response.getHeader('x-request-id') ?? currentContext().request_id ?? '');
  response.statusCode = problem.status;
  response.setHeader('content-type', 'application/problem+json');
  if (!timedOut) response.setHeader('retry-after', '1');
  response.end(JSON.stringify(toProblem(problem, requestId)));
}
