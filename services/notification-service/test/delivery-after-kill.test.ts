// A process that is killed while it sends leaves nothing undone: another one sends again, under the same id.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { WebhookDelivery, WebhookWithSecret } from '@builder-ai/contracts/webhook';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accept, type GivenReceiver, givenReceiver } from './given-receiver.ts';
import { type GivenService, givenService } from './given-service.ts';

let given: GivenService;
let receiver: GivenReceiver;

beforeAll(async () => {
  receiver = await givenReceiver();
  given = await givenService({ OUTGOING_ALLOW: receiver.host, WEBHOOK_TIMEOUT_MS: '3000' });
});

afterAll(async () => {
  await given.close();
  await receiver.close();
});

async function startProcess() {
  const child = fork(new URL('./service-process.ts', import.meta.url), {
    env: { ...process.env, ...given.env },
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const [url] = (await once(child, 'message')) as [string];
  return {
    url,
    async kill() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

test('a delivery that was under way when its process was killed is sent again by another one', async () => {
  const headers = { ...(await given.headersFor()), 'content-type': 'application/json' };
  const call = async <T>(url: string, path: string, method = 'POST', body?: object) => {
    const answer = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return (await answer.json()) as T;
  };
  const webhook = await call<WebhookWithSecret>(given.url, '/webhooks', 'POST', { url: receiver.url });
  await given.stop();
  const first = await startProcess();
  receiver.answerWith(() => {});
  const { id } = await call<WebhookDelivery>(first.url, `/webhooks/${webhook.id}/test`);
  await eventually(() => receiver.received.length === 1);
  await first.kill();
  receiver.answerWith(accept);
  await given.start();
  const delivered = await eventually(
    async () =>
      (await call<WebhookDelivery[]>(given.url, `/webhooks/${webhook.id}/deliveries?status=delivered`, 'GET'))[0],
    30_000,
  );
  expect(delivered).toMatchObject({ id, attempts: 2 });
  expect(receiver.received.map((request) => request.headers['webhook-id'])).toEqual([id, id]);
}, 60_000);
