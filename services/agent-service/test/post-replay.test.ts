// A recording that is uploaded is run again beside the service's own runs, and leaves nothing behind.
import { readFile } from 'node:fs/promises';
import { silentLogger } from '@builder-ai/platform/logger';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { findSandbox } from '../src/sandbox/find-sandbox.ts';
import { newUnsafeShell } from '../src/sandbox/unsafe-shell.ts';
import { type GivenService, givenReadyRun, givenService } from './given-service.ts';
import { describeInSandbox } from './in-sandbox.ts';

const recorded = (name: string) => readFile(new URL(`./recorded/${name}.jsonl`, import.meta.url), 'utf8');

let service: GivenService;

beforeAll(async () => {
  service = await givenService({ sandbox: await findSandbox(silentLogger) });
});

afterAll(() => service.close());

const post = async (text: string, { to = service, type = 'application/jsonl' } = {}) =>
  request(to.app)
    .post('/recordings/replay')
    .set(await to.headersFor())
    .set('content-type', type)
    .send(text);

const schemas = () => service.deps.db.query("select nspname from pg_namespace where nspname like 'replay%'");

describe('POST /recordings/replay', () => {
  test('200: identical; the runs of the service are as they were, and nothing of the replay is left', async () => {
    await givenReadyRun(service.deps, 'own-run');
    const { status, body } = await post(await recorded('reviewed'));
    expect([status, body]).toEqual([200, { identical: true, calls: 7, events: 39, files: 1, differences: [] }]);
    const runs = await service.deps.db.query<{ task_id: string; state: string }>('select task_id, state from runs');
    expect(runs).toEqual([{ task_id: 'own-run', state: 'ready' }]);
    expect(await schemas()).toEqual([]);
  });

  test('200: where it leaves the recorded way', async () => {
    const changed = (await recorded('reviewed')).replace('<p>Tea</p>', '<p>Coffee</p>');
    const { status, body } = await post(changed);
    expect([status, body.identical]).toEqual([200, false]);
    expect(body.differences[0]).toMatch(/asks something else|is not what was recorded/);
    expect(await schemas()).toEqual([]);
  });

  test('400: no recording, and one that was cut off; 415: another type', async () => {
    expect((await post('{"a":1}\n')).body.code).toBe('RECORDING_INVALID');
    const { status, body } = await post((await recorded('reviewed')).slice(0, -40));
    expect([status, body.code, body.detail]).toEqual([400, 'RECORDING_INVALID', expect.stringMatching(/Line|cut off/)]);
    expect((await post('{}', { type: 'application/json' })).status).toBe(415);
  });

  test('429: one at a time; whoever comes later can try again', async () => {
    const text = await recorded('reviewed');
    const answers = await Promise.all([post(text), post(text), post(text)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 429, 429]);
    expect((await post(text)).status).toBe(200);
  });

  test('what a replay that was killed left is cleared away by a later one', async () => {
    await service.deps.db.query('create schema replay_1000_ab; create table replay_1000_ab.runs (n int)');
    await post(await recorded('reviewed'));
    expect(await schemas()).toEqual([]);
  });
});

describeInSandbox('commands of an uploaded recording', () => {
  test('run in the sandbox', async () => {
    expect((await post(await recorded('repairs'))).body).toMatchObject({ identical: true });
  });

  test('are not run where agents run them without one', async () => {
    const unsafe = await givenService({ sandbox: newUnsafeShell() });
    try {
      const { body } = await post(await recorded('repairs'), { to: unsafe });
      expect(body.identical).toBe(false);
    } finally {
      await unsafe.close();
    }
  });
});
