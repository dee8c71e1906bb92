// The way to one service: requests over kept connections by undici, WebSockets by http-proxy-middleware.
import { Agent, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '@builder-ai/platform/logger';
import { AppError } from '@builder-ai/platform/problem';
import type { Request } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { Pool } from 'undici';
import { carry, type Exchange, type Failure } from './carry.ts';
import { newCircuit } from './circuit.ts';

export type ServiceProxy = {
  /**
   * Carries a request and answers it, but for failures before the answer's beginning.
   * @param onFailure gets AppError SERVICE_UNAVAILABLE, GATEWAY_TIMEOUT or BODY_TOO_LARGE
   */
  carry(exchange: Omit<Exchange, 'timeoutMs'>, slow: boolean, onFailure: (error: AppError) => void): void;
  upgrade: (request: Request, socket: Socket, head: Buffer) => void;
  close(): Promise<void>;
};

export type ServiceProxyOptions = {
  service: string;
  url: string;
  timeoutMs: number;
  /** For what may take as long as a run request waits. */
  slowTimeoutMs: number;
  logger: Logger;
};

const CONNECTIONS = 256;
/** With those that wait for a connection: more would wait longer than anybody does. */
const MAX_UNDER_WAY = 1_280;
const CONNECT_TIMEOUT_MS = 2_000;

const away = () => new AppError('SERVICE_UNAVAILABLE', { headers: { 'retry-after': '1' } });

const ERRORS: Record<Failure, () => AppError> = {
  away,
  silent: () => new AppError('GATEWAY_TIMEOUT'),
  'too large': () => new AppError('BODY_TOO_LARGE'),
};

/** Built once a service: a proxy made for each request would open its own connections. */
export function newServiceProxy({ service, url, timeoutMs, slowTimeoutMs, logger }: ServiceProxyOptions): ServiceProxy {
  const pool = new Pool(url, {
    connections: CONNECTIONS,
    pipelining: 1,
    allowH2: false,
    connect: { timeout: CONNECT_TIMEOUT_MS },
  });
  const circuit = newCircuit();
  let underWay = 0;
  const sockets = newSocketProxy(url, timeoutMs, (error) =>
    logger.warn('A service did not answer', { upstream: service, error }),
  );
  return {
    carry(exchange, slow, onFailure) {
      const { response } = exchange;
      if (underWay >= MAX_UNDER_WAY || !circuit.lets()) {
        onFailure(away());
        return;
      }
      underWay += 1;
      response.once('close', () => {
        underWay -= 1;
      });
      carry(
        pool,
        { ...exchange, timeoutMs: slow ? slowTimeoutMs : timeoutMs },
        {
          onAnswer: circuit.succeeded,
          onFailure(failure, error) {
            if (failure !== 'too large') {
              circuit.failed();
              logger.warn('A service did not answer', { upstream: service, error });
            }
            if (response.headersSent) response.destroy();
            else onFailure(ERRORS[failure]());
          },
        },
      );
    },
    upgrade: sockets.upgrade,
    async close() {
      sockets.close();
      await pool.destroy();
    },
  };
}

function newSocketProxy(url: string, timeoutMs: number, onError: (error: Error) => void) {
  const agent = new Agent({ keepAlive: false });
  const proxy = createProxyMiddleware<Request>({
    target: url,
    agent,
    xfwd: false,
    proxyTimeout: timeoutMs,
    // Also ends what was opened for a client that had gone by then.
    upgradeTimeout: timeoutMs,
    on: {
      error(error, request: IncomingMessage, response) {
        if (request.socket.destroyed) return;
        onError(error);
        response.destroy();
      },
      proxyReqWs(outgoing, _request, socket) {
        // However the client's side ends, the service's must not stay behind: neither before nor after the upgrade.
        socket.once('close', () => outgoing.destroy());
        outgoing.once('upgrade', (_incoming, upstream) => void socket.once('close', () => upstream.destroy()));
      },
    },
  });
  return {
    upgrade: (request: Request, socket: Socket, head: Buffer) => proxy.upgrade(request, socket, head),
    close: () => agent.destroy(),
  };
}
