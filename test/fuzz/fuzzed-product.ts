// The real product, with things of each kind in it that requests can name.
import { eventually } from '@builder-ai/testing/eventually';
import { call } from '../security/people.ts';
import { API_KEY, newHome, type Product, startProduct } from '../stories/product.ts';

export type FuzzedProduct = {
  url: string;
  key: string;
  /** By the first part of a path and the name of its parameter: `tasks id`. */
  known: Record<string, string>;
  /** Where webhooks go: nobody listens there. */
  webhookUrl: string;
  stop(): Promise<void>;
};

const NOWHERE = '127.0.0.1:9';

/** None of them is reached: limits are tested where they are meant. */
const WITHOUT_LIMITS = {
  RATE_LIMIT_SIGN_IN: '1000000',
  RATE_LIMIT_AGENT: '1000000',
  RATE_LIMIT_TASKS: '1000000',
  RATE_LIMIT_REQUESTS: '10000000',
};

export async function givenFuzzedProduct(): Promise<FuzzedProduct> {
  const home = await newHome();
  const product = await startProduct(home.home, {
    ...WITHOUT_LIMITS,
    OLLAMA: 'off',
    AGENT_MODE: 'template',
    SIGN_UP: 'open',
    RUN_WAIT_MS: '1000',
    OUTGOING_ALLOW: NOWHERE,
    WEBHOOK_TIMEOUT_MS: '100',
  });
  const webhookUrl = `http://${NOWHERE}/hook`;
  const stop = async () => {
    await product.stop();
    await home.remove();
  };
  return { url: product.url, key: API_KEY, known: await makeThings(product, webhookUrl), webhookUrl, stop };
}

async function makeThings(product: Product, url: string): Promise<Record<string, string>> {
  const owner = { headers: { authorization: `Bearer ${API_KEY}` } };
  const make = async (method: string, path: string, body?: object) => {
    const answer = await call(product, owner, method, path, body);
    if (answer.status >= 400) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer.json<{ id: string; job_id: string; url: string }>();
  };
  const webhook = await make('POST', '/webhooks', { url, events: ['task.completed'] });
  const task = await make('POST', '/tasks', { goal: 'build a page about tea' });
  const job = await make('POST', `/tasks/${task.id}/run-async`);
  const first = (path: string) =>
    eventually(async () => (await call(product, owner, 'GET', path)).json<{ id: string }[]>()[0]?.id, 60_000);
  const notification = await first('/notifications');
  const project = await make('POST', '/projects', { name: 'Website' });
  const preview = await make('GET', `/tasks/${task.id}/preview`);
  return {
    'tasks id': task.id,
    'tasks job_id': job.job_id,
    'tasks path': 'index.html',
    'webhooks id': webhook.id,
    'webhooks delivery_id': await first(`/webhooks/${webhook.id}/deliveries`),
    'notifications id': notification,
    'projects id': project.id,
    'preview token': preview.url.split('/')[2] as string,
    'preview path': 'index.html',
  };
}
