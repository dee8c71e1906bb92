// Where the page is not served by the gateway (Vercel, Vite), everything else of its origin is passed on to it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newSecurityHeaders } from '@builder-ai/gateway/security-headers';
import { PAGES } from '@builder-ai/gateway/web-client';
import { expect, test } from '@jest/globals';
import { ROOT } from './source-files.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

// Metrics are for operators, at the gateway itself.
const paths = Object.keys((JSON.parse(read('gateway/documents/openapi.json')) as { paths: object }).paths).filter(
  (path) => path !== '/metrics',
);

type Header = { key: string; value: string };
const vercel = JSON.parse(read('infra/vercel/vercel.json')) as {
  rewrites: { source: string; destination: string }[];
  headers: { source: string; headers: Header[] }[];
};

test('Vercel passes on every path of the API, its /v1 and the socket, each to the same path', () => {
  const rewrites = vercel.rewrites.filter(({ destination }) => destination !== '/index.html');
  for (const { source, destination } of rewrites) expect(new URL(destination).pathname).toBe(source);
  const passes = (path: string) =>
    rewrites.some(({ source }) =>
      source.endsWith('/:path*') ? `${path}/`.startsWith(source.slice(0, -':path*'.length)) : path === source,
    );
  expect([...paths, '/v1/tasks', '/ws/'].filter((path) => !passes(path))).toEqual([]);
});

test("Vercel serves the page at each of its addresses, under the gateway's policy", () => {
  const pages = vercel.rewrites.filter(({ destination }) => destination === '/index.html').map(({ source }) => source);
  expect(pages).toEqual(PAGES);
  expect(vercel.headers.map(({ source }) => source)).toEqual(['/', ...PAGES]);
  const given = Object.fromEntries(newSecurityHeaders());
  for (const { headers } of vercel.headers) {
    expect(headers.map(({ key }) => key)).toContain('content-security-policy');
    for (const { key, value } of headers) expect([key, value]).toEqual([key, given[key]]);
  }
});

test("Vite's server passes on the same", () => {
  const [, list = ''] = read('web/vite.config.ts').match(/GATEWAY_PATHS = \[([^\]]+)\]/) ?? [];
  const names = [...list.matchAll(/'([^']+)'/g)].map(([, name = '']) => name.replace('\\\\', ''));
  const firsts = new Set(['v1', ...paths.map((path) => path.split('/')[1] as string)]);
  expect(names).toEqual([...firsts].sort());
});
