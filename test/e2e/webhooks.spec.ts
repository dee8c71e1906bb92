import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { expectCompleted, openNewTask } from './on-page.ts';
import { startProduct } from './product.ts';

/** A real server that is sent to: it answers by `status`, and keeps what came. */
async function startReceiver() {
  const receiver = { status: 204, ids: [] as string[] };
  const server = createServer((request, response) => {
    receiver.ids.push(String(request.headers['webhook-id']));
    request.resume().on('end', () => response.writeHead(receiver.status).end());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return Object.assign(receiver, { host, url: `http://${host}/hook`, close });
}

test('what a webhook was sent is listed: delivered, failed with its answer, and sent again by hand', async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const receiver = await startReceiver();
  // A product of its own: the others send nowhere on this machine. A failed delivery is given up after one more attempt.
  const product = await startProduct({ OUTGOING_ALLOW: receiver.host, WEBHOOK_RETRY_SECONDS: '1', OLLAMA: 'off' });
  const context = await browser.newContext({ baseURL: product.url, storageState: { cookies: [], origins: [] } });
  try {
    const page = await context.newPage();
    await page.goto(product.signInLink);
    await page.goto('/settings/webhooks');
    await page.fill('input[name=url]', receiver.url);
    await page.getByTestId('create-webhook').click();
    await page.getByRole('button', { name: 'I have kept it' }).click();
    const webhook = page.getByTestId('webhook');
    await webhook.getByRole('button', { name: 'Look' }).click();
    await expect(webhook).toContainText('Nothing was sent yet.');

    await webhook.getByTestId('test-webhook').click();
    const deliveries = webhook.getByTestId('delivery');
    await expect(deliveries).toHaveCount(1);
    await expect(deliveries.first()).toContainText('answered 204');

    receiver.status = 500;
    const { card } = await openNewTask(page, { goal: 'build a landing page' });
    await card.getByTestId('run-task-button').click();
    await expectCompleted(card);
    await page.goto('/settings/webhooks');
    await webhook.getByRole('button', { name: 'Look' }).click();
    const completed = deliveries.filter({ hasText: 'task.completed' });
    await expect(completed.locator('.status')).toHaveText('Failed', { timeout: 30_000 });
    await expect(completed).toContainText('2 attempts, answered 500');
    const [, ...failed] = receiver.ids;
    expect(new Set(failed).size).toBe(1);

    receiver.status = 204;
    await completed.getByRole('button', { name: 'Send again' }).click();
    await expect(completed.locator('.status')).toHaveText('Sent', { timeout: 15_000 });
    // The same one: whoever had applied it knows it again.
    expect(receiver.ids.slice(-1)).toEqual(failed.slice(-1));
  } finally {
    await context.close();
    await product.stop();
    receiver.close();
  }
});
