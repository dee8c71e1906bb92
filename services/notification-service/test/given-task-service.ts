// A real HTTP server in task-service's place: it knows who owns which task, and answers only who shows who it is.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IDENTITY_HEADER, type Identity } from '@builder-ai/contracts/identity';
import { newIdentityVerifier } from '@builder-ai/platform/identity';
import { JWKS_PATH } from '@builder-ai/platform/signing-key';

export type GivenTaskService = {
  url: string;
  /** The tasks that there are, as they are answered. */
  tasks: Map<string, { id: string; owner_id: string; seq: number }>;
  /** Paths asked for, each with who asked. */
  asked: { path: string; identity: Identity }[];
  /** Answers this before it answers anything else; undefined: answers as it should. */
  failWith(status: number | undefined): void;
  /** Every answer waits for it. */
  holdUntil(gate: Promise<void>): void;
  /** How many requests are open. */
  open(): number;
  /** Whose keys are believed; not known before that service listens. */
  believe(serviceUrl: string): void;
  close(): Promise<void>;
};

export async function givenTaskService(): Promise<GivenTaskService> {
  const tasks: GivenTaskService['tasks'] = new Map();
  const asked: GivenTaskService['asked'] = [];
  let verifier = newIdentityVerifier('task-service', {});
  let failure: number | undefined;
  let gate = Promise.resolve();
  let open = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const identity = await verifier.verify(String(request.headers[IDENTITY_HEADER]));
    asked.push({ path, identity });
    const [, id = '', owner] = path.match(/^(?:\/internal)?\/tasks\/([^/]+)(\/owner)?$/) ?? [];
    const task = tasks.get(decodeURIComponent(id));
    // As it is now: what an answer that takes long says is old when it arrives.
    const body = owner ? { owner_id: task?.owner_id } : task && { ...task };
    await gate;
    response.writeHead(failure ?? (task ? 200 : 404), { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  }

  const server = createServer((request, response) => {
    open += 1;
    response.once('close', () => {
      open -= 1;
    });
    answer(request, response).catch(() => response.writeHead(401).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tasks,
    asked,
    failWith(status) {
      failure = status;
    },
    holdUntil(next) {
      gate = next;
    },
    open: () => open,
    believe(serviceUrl) {
      verifier = newIdentityVerifier('task-service', { 'notification-service': new URL(JWKS_PATH, serviceUrl) });
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
