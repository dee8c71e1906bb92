import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedPostgres } from '@builder-ai/local/embedded-postgres';
import { SERVICE_DATABASES } from '@builder-ai/local/service-environments';
import { expect, test } from '@playwright/test';
import pg from 'pg';
import { openNewTask } from './on-page.ts';
import { startProduct } from './product.ts';

const LINES = 50_000;

test(`${LINES.toLocaleString('en')} log lines: only those in sight are drawn, from the first to the last`, async ({
  browser,
}) => {
  test.setTimeout(300_000);
  // A product of its own on a database that the test reaches: so many lines would take an agent minutes.
  const directory = await mkdtemp(join(tmpdir(), 'builder-ai-e2e-'));
  const server = await openEmbeddedPostgres({ directory: join(directory, 'server'), durable: false });
  const product = await startProduct({ DATABASE_URL: server.url('postgres'), OLLAMA: 'off' });
  const context = await browser.newContext({ baseURL: product.url, storageState: { cookies: [], origins: [] } });
  try {
    const page = await context.newPage();
    await page.goto(product.signInLink);
    const { id } = await openNewTask(page, { goal: 'say very much' });
    await addLines(server.url(SERVICE_DATABASES['task-service']), id, FILL_TIMELINE);
    await addLines(server.url(SERVICE_DATABASES['notification-service']), id, FILL_FEED);
    await page.goto(`/task/${id}?tab=log`);
    const log = page.getByRole('region', { name: 'Log lines' });
    const lines = log.getByTestId('task-log');
    // The last ones come with the task; the others are read page by page.
    await expect(lines.last()).toContainText(`line ${LINES}`);
    await expect(lines.last()).toHaveAttribute('aria-setsize', String(LINES - 1), { timeout: 180_000 });
    expect(await lines.count()).toBeLessThan(200);
    await log.focus();
    await page.keyboard.press('Home');
    await expect(lines.first()).toContainText('line 2');
    expect(await lines.count()).toBeLessThan(200);
  } finally {
    await context.close();
    await product.stop();
    await server.close();
    await rm(directory, { recursive: true, force: true });
  }
});

/** Entry 1 says that the task was made; the others are log lines, one each millisecond, as both services keep them. */
const BEGIN = new Date().toISOString();
const TIME = `'${BEGIN}'::timestamptz + n * interval '1 ms'`;
const LINE = `'log_added', ${TIME}, json_build_object('seq', n, 'timestamp',
  to_char((${TIME}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'level', 'info', 'agent', 'claude',
  'step', 0, 'message', 'line ' || n)`;
const FILL_TIMELINE = `with told as (update tasks set seq = $2 where id = $1)
  insert into timeline (task_id, seq, event_id, event_type, timestamp, data)
  select $1, n, $1 || '-' || n, ${LINE} from generate_series(2, $2::int) n`;
const FILL_FEED = `with told as (update feed_tasks set last_seq = $2 where task_id = $1)
  insert into feed (task_id, seq, event_id, event_type, timestamp, data)
  select $1, n, $1 || '-' || n, ${LINE} from generate_series(2, $2::int) n`;

async function addLines(connectionString: string, taskId: string, statement: string): Promise<void> {
  const db = new pg.Client({ connectionString });
  await db.connect();
  try {
    await db.query(statement, [taskId, LINES]);
  } finally {
    await db.end();
  }
}
