// A project's webhooks: who may see and change them, and that their secret is told once.
import type { Problem } from '@builder-ai/contracts/error-codes';
import type { Role } from '@builder-ai/contracts/identity';
import type { Webhook, WebhookWithSecret } from '@builder-ai/contracts/webhook';
import { newId } from '@builder-ai/platform/new-id';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type GivenReceiver, givenReceiver } from './given-receiver.ts';
import { type GivenService, givenService } from './given-service.ts';

let given: GivenService;
let receiver: GivenReceiver;
/** Each test has a project of its own. */
let project: string;

beforeAll(async () => {
  receiver = await givenReceiver();
  given = await givenService({ OUTGOING_ALLOW: receiver.host });
});

afterAll(async () => {
  await given.close();
  await receiver.close();
});

beforeEach(() => {
  project = newId();
});

const headersOf = (role?: Role, user = role ?? 'stranger') =>
  given.headersFor(user, 'notification-service', role && { [project]: role });

async function call<T = Problem>(method: string, path: string, body?: object, as?: Record<string, string>) {
  const headers = { ...(as ?? (await headersOf('owner'))), ...(body && { 'content-type': 'application/json' }) };
  const answer = await fetch(given.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: (text ? JSON.parse(text) : undefined) as T };
}

const wish = (change: object = {}) => ({ project_id: project, url: receiver.url, ...change });

async function givenWebhook(change: object = {}): Promise<WebhookWithSecret> {
  const made = await call<WebhookWithSecret>('POST', '/webhooks', wish(change));
  expect(made.status).toBe(201);
  return made.body;
}

describe('POST /webhooks', () => {
  test('201: with its secret, which is shown nowhere else', async () => {
    const { body, headers } = await call<WebhookWithSecret>('POST', '/webhooks', wish({ description: 'For the shop' }));
    expect(body).toEqual({
      id: expect.any(String),
      project_id: project,
      url: receiver.url,
      description: 'For the shop',
      events: ['task.waiting', 'task.completed', 'task.failed'],
      enabled: true,
      disabled_reason: null,
      failing_since: null,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
    });
    expect([headers.get('location'), headers.get('cache-control')]).toEqual([`/webhooks/${body.id}`, 'no-store']);
    for (const path of [`/webhooks/${body.id}`, '/webhooks'])
      expect(JSON.stringify((await call('GET', path)).body)).not.toContain('whsec_');
  });

  test('the same Idempotency-Key makes one, and another body is refused', async () => {
    const headers = { ...(await headersOf('owner')), 'idempotency-key': newId() };
    const [first, second] = [
      await call<WebhookWithSecret>('POST', '/webhooks', wish(), headers),
      await call<WebhookWithSecret>('POST', '/webhooks', wish(), headers),
    ];
    expect(second.body).toEqual(first.body);
    expect((await call('POST', '/webhooks', wish({ description: 'other' }), headers)).status).toBe(422);
  });

  test('without a project it is of the personal one', async () => {
    const user = newId();
    const headers = await given.headersFor(user);
    const { body } = await call<Webhook>('POST', '/webhooks', { url: receiver.url }, headers);
    expect(body.project_id).toBeNull();
    expect((await call<Webhook[]>('GET', `/webhooks?project_id=${user}`, undefined, headers)).body).toHaveLength(1);
  });

  test.each([
    [{ url: 'ftp://example.com' }, 'url'],
    [{ url: undefined }, 'url'],
    [{ url: `https://example.com/${'x'.repeat(2_000)}` }, 'url'],
    [{ events: [] }, 'events'],
    [{ events: ['task.exploded'] }, 'events.0'],
    [{ secret: 'mine' }, 'secret'],
  ])('400: %j', async (change, field) => {
    const { status, body } = await call('POST', '/webhooks', wish(change));
    expect([status, body.code, body.errors?.[0]?.field]).toEqual([400, 'INPUT_INVALID', field]);
  });

  test.each([
    'http://127.0.0.1:1/',
    'http://169.254.169.254/latest',
    'http://localhost:5432/',
    'http://u:p@127.0.0.1/',
  ])('400: %s may not be called', async (url) => {
    const { status, body } = await call('POST', '/webhooks', wish({ url }));
    expect([status, body.code]).toEqual([400, 'ADDRESS_REFUSED']);
  });

  test('409: more than 20 of a project, also when all are asked for at once', async () => {
    const answers = await Promise.all(Array.from({ length: 24 }, () => call('POST', '/webhooks', wish())));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(answers.filter(({ body }) => body.code === 'TOO_MANY_WEBHOOKS')).toHaveLength(4);
  });
});

describe('who may', () => {
  test('an owner everything, an editor see it, a viewer nothing, and for others there is none', async () => {
    const { id } = await givenWebhook();
    const verdicts = async (as: Record<string, string>) => [
      (await call<Webhook[]>('GET', '/webhooks', undefined, as)).body.length,
      (await call('GET', `/webhooks/${id}`, undefined, as)).status,
      (await call('GET', `/webhooks/${id}/deliveries`, undefined, as)).status,
      (await call('PATCH', `/webhooks/${id}`, { description: 'x' }, as)).status,
      (await call('POST', `/webhooks/${id}/rotate-secret`, undefined, as)).status,
      (await call('POST', '/webhooks', wish(), as)).status,
      (await call('DELETE', `/webhooks/${id}`, undefined, as)).status,
    ];
    expect(await verdicts(await headersOf('viewer'))).toEqual([0, 403, 403, 403, 403, 403, 403]);
    expect(await verdicts(await headersOf('editor'))).toEqual([1, 200, 200, 403, 403, 403, 403]);
    expect(await verdicts(await headersOf())).toEqual([0, 404, 404, 404, 404, 404, 404]);
    expect(await verdicts(await headersOf('owner'))).toEqual([1, 200, 200, 200, 200, 201, 204]);
    expect((await call('GET', `/webhooks/${id}`)).status).toBe(404);
    expect((await call('GET', '/webhooks', undefined, {})).status).toBe(401);
  });

  test.each([['nothing'], [newId()], ["' or 1=1"]])('404: what is no webhook, %s', async (id) => {
    const { status, body } = await call('GET', `/webhooks/${encodeURIComponent(id)}`);
    expect([status, body.code]).toEqual([404, 'WEBHOOK_NOT_FOUND']);
  });
});

describe('PATCH /webhooks/:id', () => {
  test('200: what is given is changed, and nothing else', async () => {
    const { secret: _, ...before } = await givenWebhook({ description: 'first' });
    const { body } = await call<Webhook>('PATCH', `/webhooks/${before.id}`, {
      events: ['task.created'],
      enabled: false,
    });
    expect(body).toEqual({ ...before, events: ['task.created'], enabled: false, updated_at: expect.any(String) });
    expect((await call<Webhook>('GET', `/webhooks/${before.id}`)).body).toEqual(body);
  });

  test('400: an address that may not be called, or a field that is none', async () => {
    const { id } = await givenWebhook();
    expect((await call('PATCH', `/webhooks/${id}`, { url: 'http://10.0.0.1/' })).body.code).toBe('ADDRESS_REFUSED');
    expect((await call('PATCH', `/webhooks/${id}`, { owner_id: 'x' })).status).toBe(400);
  });
});
