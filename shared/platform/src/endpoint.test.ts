// Who may call an endpoint, and what it answers.
import { Readable } from 'node:stream';
import { IDENTITY_HEADER, type Identity } from '@builder-ai/contracts/identity';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { type Answer, byAssertion, endpoint, mountEndpoints } from './endpoint.ts';
import { silentLogger } from './logger.ts';
import { AppError, problemHandler } from './problem.ts';

type Deps = { identity: { verify(assertion: string | undefined): Promise<Identity> } };
/** Believes what it is sent: who signed it is another test's business. */
const deps: Deps = {
  identity: {
    async verify(assertion) {
      if (!assertion) throw new AppError('IDENTITY_INVALID');
      return JSON.parse(assertion);
    },
  },
};

const answer = (path: string, handle: () => Answer | Promise<Answer>) =>
  endpoint<Deps>({ method: 'get', path, access: 'public', handle });

const guarded = (path: string, access: 'task.run' | 'operator' | 'service') =>
  endpoint<Deps>({ method: 'get', path, access, handle: ({ identity }) => ({ status: 200, body: identity }) });

const app = express();
mountEndpoints(
  app,
  [
    answer('/nothing', () => ({ status: 204 })),
    answer('/stream', () => ({
      status: 200,
      stream: Readable.from(['a', 'b']),
      headers: { 'content-type': 'text/x' },
    })),
    answer('/broken-stream', () => ({ status: 200, stream: brokenStream() })),
    guarded('/run', 'task.run'),
    guarded('/operate', 'operator'),
    guarded('/internal', 'service'),
  ],
  deps,
  byAssertion(deps),
);
app.use(problemHandler(silentLogger));

function brokenStream(): Readable {
  return Readable.from(
    (async function* parts() {
      yield 'a';
      throw new Error('the disk is gone');
    })(),
  );
}

describe('access', () => {
  const ask = (path: string, identity?: Identity) => {
    const asked = request(app).get(path);
    return identity ? asked.set(IDENTITY_HEADER, JSON.stringify(identity)) : asked;
  };
  const user = (...scopes: Identity['scopes']): Identity => ({ userId: 'user-1', kind: 'user', scopes });
  const service: Identity = { userId: 'agent-service', kind: 'service', scopes: ['read'] };

  test('401: no identity, before anything else is looked at', async () => {
    for (const path of ['/run', '/operate', '/internal'])
      expect((await ask(path)).body).toMatchObject({ status: 401, code: 'IDENTITY_INVALID' });
  });

  test('200: the scope that the endpoint asks for', async () => {
    expect((await ask('/run', user('read', 'run'))).body).toEqual(user('read', 'run'));
    expect((await ask('/operate', user('admin'))).status).toBe(200);
    expect((await ask('/internal', service)).body).toEqual(service);
  });

  test('403: another scope, or none; a user where a service is asked for, whatever it may', async () => {
    for (const { status, body } of [
      await ask('/run', user('read')),
      await ask('/run', user()),
      await ask('/run', service),
      await ask('/operate', user('read', 'run')),
      await ask('/internal', user('read', 'run', 'admin')),
      await ask('/internal', { ...service, scopes: [] }),
    ])
      expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
  });
});

describe('an answer', () => {
  test('may have no body', async () => {
    const { status, text } = await request(app).get('/nothing');
    expect([status, text]).toEqual([204, '']);
  });

  test('may be a stream', async () => {
    const { status, body, headers } = await request(app).get('/stream').buffer(true).parse(readText);
    expect([status, body, headers['content-type']]).toEqual([200, 'ab', 'text/x']);
  });

  test('breaks off when its stream breaks', async () => {
    await expect(request(app).get('/broken-stream')).rejects.toThrow('aborted');
  });
});

function readText(response: request.Response, done: (error: Error | null, text: string) => void): void {
  let text = '';
  response.on('data', (part: Buffer) => {
    text += part;
  });
  response.on('end', () => done(null, text));
}
