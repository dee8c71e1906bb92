// A socket whose key is revoked is ended by the event, through the whole product: what the gateway tells names what its
// assertion said.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newClient } from './client.ts';
import { newHome, type Product, startProduct } from './product.ts';

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;

beforeAll(async () => {
  home = await newHome();
  product = await startProduct(home.home, { OLLAMA: 'off', AGENT_MODE: 'template' });
}, 90_000);

afterAll(async () => {
  await product?.stop();
  await home?.remove();
});

const readLog = () => readFile(join(home.home, 'logs', 'notification-service.log'), 'utf8');

/** Connects by a new key, which is then revoked: the socket goes. */
async function revokeOne(): Promise<void> {
  const owner = newClient(product.url);
  const made = await owner.call('POST', '/keys', { name: 'story', scopes: ['read'] });
  const { id, key } = (await made.json()) as { id: string; key: string };
  const socket = newClient(product.url, key).connect();
  try {
    await eventually(() => socket.connected);
    expect((await owner.call('DELETE', `/keys/${id}`)).status).toBe(204);
    await eventually(() => !socket.connected);
  } finally {
    socket.close();
  }
}

test('by the event, not by the look that comes every 2 s', async () => {
  // The look may be the first one to find it, but not every time.
  await eventually(async () => {
    await revokeOne();
    return (await readLog()).includes('its permission has changed');
  }, 30_000);
}, 60_000);
