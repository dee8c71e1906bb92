// What Sentry gets of a fault in the real product, and what it never gets. The fault: a table that is gone.
import { openDatabase } from '@builder-ai/platform/database';
import { silentLogger } from '@builder-ai/platform/logger';
import { eventually } from '@builder-ai/testing/eventually';
import { startOtlpReceiver } from '@builder-ai/testing/otlp-receiver';
import { startTestPostgres, type TestPostgres } from '@builder-ai/testing/postgres';
import { type SentryHost, startSentryHost } from '@builder-ai/testing/sentry-host';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { newClient } from './client.ts';
import { API_KEY, newHome, type Product, startProduct } from './product.ts';

// No shape gives it away: only that it is this process's own.
const SECRET = 'a key that looks like words 1234';

let home: Awaited<ReturnType<typeof newHome>>;
let postgres: TestPostgres;
let host: SentryHost;
let product: Product | undefined;

beforeEach(async () => {
  home = await newHome();
  postgres = await startTestPostgres();
  host = await startSentryHost();
}, 60_000);

afterEach(async () => {
  await product?.stop();
  await host.close();
  await postgres.close();
  await home.remove();
});

/** A request that fails because of a column whose name holds a secret, as an error's text may. */
async function fail(env: Record<string, string> = {}) {
  product = await startProduct(home.home, {
    DATABASE_URL: postgres.url('postgres'),
    SENTRY_DSN: host.dsn,
    SENTRY_RELEASE: 'builder-ai@1.2.3',
    ENVIRONMENT: 'staging',
    OPENAI_API_KEY: SECRET,
    AGENT_MODE: 'template',
    ...env,
  });
  const db = openDatabase({ url: postgres.url('builder_task'), name: 'test', logger: silentLogger, max: 1 });
  await db.query(
    `create function refuse() returns trigger language plpgsql as $$ begin
       raise exception using message = '${SECRET} and Bearer abcdefgh12345678 and postgres://a:hidden-word@b/c';
     end $$`,
  );
  await db.query('create trigger refuse before insert on tasks for each row execute function refuse()');
  await db.close();
  const answer = await newClient(product.url).call('POST', '/tasks', { type: 'build', goal: 'my own business' });
  expect(answer.status).toBe(500);
  return answer.headers.get('x-request-id') as string;
}

function expectNoSecret(): void {
  const sent = host.text();
  for (const secret of [SECRET, API_KEY, 'abcdefgh12345678', 'hidden-word', 'my own business'])
    expect(sent).not.toContain(secret);
}

test('a fault is reported with release, environment and request, and without a secret', async () => {
  const requestId = await fail();
  const event = await eventually(() => host.events.find(({ tags }) => tags?.request_id === requestId));
  expect(event).toMatchObject({
    environment: 'staging',
    release: 'builder-ai@1.2.3',
    tags: { service: 'task-service' },
  });
  const thrown = event.exception?.values.at(-1);
  expect(thrown?.value).toMatch(/^\[redacted\] and \[redacted\] and postgres/);
  expect(thrown?.stacktrace?.frames.length).toBeGreaterThan(0);
  // Without another tracing Sentry has the spans too.
  const transaction = await eventually(() => host.transactions.find((each) => each.transaction === 'POST /tasks'));
  expect(transaction.contexts?.trace?.trace_id).toBe(event.contexts?.trace?.trace_id);
  expectNoSecret();
}, 90_000);

test('beside OpenTelemetry it gets the errors alone, with the trace that OpenTelemetry has', async () => {
  const receiver = await startOtlpReceiver();
  const requestId = await fail(receiver.env);
  const event = await eventually(() => host.events.find(({ tags }) => tags?.request_id === requestId));
  const span = await eventually(() => receiver.spans.find(({ name, failed }) => name === 'POST /tasks' && failed));
  expect(event.contexts?.trace?.trace_id).toBe(span.traceId);
  await product?.stop();
  await receiver.close();
  expect(host.transactions).toEqual([]);
  expectNoSecret();
}, 90_000);
