// How long the event loop stands still under input that is made to keep a parser or a pattern busy: the p99 of its delay, as
// the product's own metrics say, beside that of requests that mean no harm. Usage: npm run bench -- hostile-input
import { findFreePort } from '@builder-ai/local/free-port';
import { percentile, roundsOf, show, throughput } from './harness.ts';
import { HEADERS, startProduct } from './running-product.ts';

const ROUNDS = 7;
const ROUND_MS = 2_000;
const WIDTH = 4;
/** A body's limit is 256 KiB. */
const LONG = 200_000;

type Sent = { method?: string; path: string; body?: string; headers?: Record<string, string> };

const goal = (text: string): Sent => ({ path: '/tasks', body: JSON.stringify({ goal: text }) });
const metadata = (text: string): Sent => ({ path: '/tasks', body: `{"goal":"x","metadata":${text}}` });
const nested = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels);

const MANY_FIELDS = `{${Array.from({ length: 20_000 }, (_, n) => `"k${n}":1`).join()}}`;

const HARMLESS: Sent = { method: 'GET', path: '/tasks?limit=20' };

const INPUTS: Record<string, Sent> = {
  'a goal of opened tags': goal('<script '.repeat(LONG / 8)),
  'a goal of half tags': goal('<'.repeat(LONG)),
  'a goal of blanks': goal(`x${' '.repeat(LONG)}x`),
  'a goal of combining marks': goal('e\u0301'.repeat(LONG / 4)),
  'lists in lists': metadata(nested('[', ']', LONG / 2)),
  'objects in objects': metadata(`${'{"a":'.repeat(LONG / 8)}1${'}'.repeat(LONG / 8)}`),
  'many fields': metadata(MANY_FIELDS),
  'many fields that are not allowed': { path: '/tasks', body: MANY_FIELDS },
  'an address of at signs': {
    path: '/sign-in',
    body: JSON.stringify({ email: `${'a@'.repeat(LONG / 4)}b`, password: 'x' }),
  },
  'an address of dots': {
    path: '/sign-in',
    body: JSON.stringify({ email: `a@${'a.'.repeat(LONG / 4)}`, password: 'x' }),
  },
  'a long path': { method: 'GET', path: `/tasks/${'%2e%2e%2f'.repeat(1_500)}` },
  'a query of many parts': { method: 'GET', path: `/tasks?${'a[b][c]=1&'.repeat(1_400)}` },
  'a search of wildcards': { method: 'GET', path: `/tasks?q=${'%25_'.repeat(60)}` },
  'a language header': { method: 'GET', path: '/docs', headers: { 'accept-language': 'en;q='.repeat(2_000) } },
  'a list of entity tags': { method: 'GET', path: '/tasks', headers: { 'if-none-match': 'W/"'.repeat(4_000) } },
  'a cookie of signs': { method: 'GET', path: '/me', headers: { cookie: '=;'.repeat(6_000), authorization: '' } },
};

export async function benchHostileInput(): Promise<string> {
  const metricsPort = await findFreePort();
  const product = await startProduct({
    OLLAMA: 'off',
    METRICS_PORT: String(metricsPort),
    RATE_LIMIT_SIGN_IN: '1000000',
  });
  const send = async ({ method = 'POST', path, body, headers }: Sent) => {
    const response = await fetch(product.url + path, {
      method,
      headers: { ...HEADERS, ...headers },
      ...(body !== undefined && { body }),
    });
    await response.arrayBuffer();
    return response.status;
  };
  /** Of the time since it was asked last, in ms. */
  const delayP99 = async () => {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    return (
      Math.max(...[...text.matchAll(/^nodejs_eventloop_lag_p99_seconds\S* (\S+)$/gm)].map(([, s]) => Number(s))) * 1_000
    );
  };
  try {
    const lines: string[] = [];
    const round = async (sent: Sent) => {
      const statuses = new Set<number>();
      await delayP99();
      await throughput(WIDTH, ROUND_MS, async () => statuses.add(await send(sent)));
      return { ms: await delayP99(), statuses };
    };
    await round(HARMLESS);
    for (const [name, sent] of Object.entries({ 'requests that mean no harm': HARMLESS, ...INPUTS })) {
      const rounds = [];
      for (let nth = 0; nth < roundsOf(ROUNDS); nth += 1) rounds.push(await round(sent));
      const all = rounds.map(({ ms }) => ms);
      const statuses = [...new Set(rounds.flatMap((each) => [...each.statuses]))].sort().join(', ');
      lines.push(
        `${name}: p99 ${show(percentile(all, 50))} ms (${show(Math.min(...all))}–${show(Math.max(...all))}), answered ${statuses}`,
      );
    }
    return lines.join('\n');
  } finally {
    await product.close();
  }
}
