// A service whose event loop stands still when it is told to by a line on its standard input: `for good`, or `mostly`.
import { createInterface } from 'node:readline';
import express from 'express';
import { newHealth } from '../src/health.ts';
import { listen } from '../src/http-server.ts';

const app = express();
newHealth([], { windowMs: 3_000, limitMs: 1_500 }).mount(app);
const http = await listen(app, { host: '127.0.0.1', port: 0 });
console.log(http.url);

let stutter: NodeJS.Timeout | undefined;

function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

createInterface({ input: process.stdin }).on('line', (line) => {
  clearInterval(stutter);
  if (line === 'for good') block(Number.POSITIVE_INFINITY);
  if (line === 'mostly') stutter = setInterval(() => block(1_000), 1_100);
});
