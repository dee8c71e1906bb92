// Requests made from the OpenAPI document, fitting and not, sent to the real product: no server error, and no answer that the
// document does not have. The short form of `npm run fuzz`.
import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FuzzedProduct, givenFuzzedProduct } from '../fuzz/fuzzed-product.ts';
import { runSchemathesis } from '../fuzz/run-schemathesis.ts';
import { findSchemathesis } from '../fuzz/schemathesis.ts';

const missing = { why: '' };
const program = await findSchemathesis().catch((error: Error) => {
  missing.why = error.message;
  return '';
});
if (!program) console.warn(`Skipped: ${missing.why}`);
const declare = program ? describe : describe.skip;

declare(`what schemathesis finds${missing.why && ` (${missing.why})`}`, () => {
  let product: FuzzedProduct;

  beforeAll(async () => {
    product = await givenFuzzedProduct();
  }, 90_000);

  afterAll(() => product?.stop());

  test('no request of any operation is answered by a server error or against the document', async () => {
    const { code, output } = await runSchemathesis(program, product, {
      examples: 4,
      seed: 1,
      phases: ['examples', 'coverage'],
    });
    expect(code === 0 ? '' : output).toBe('');
    expect(output).toMatch(/Tested: \d\d/);
  }, 300_000);

  test.each([
    ['a server error', 500, /Server error/],
    ['a status that the document does not have', 418, /Undocumented (HTTP )?status code/],
  ])(
    '%s is found',
    async (_what, status, found) => {
      const door = await givenDoor(product.url, '/agents', status);
      try {
        const { code, output } = await runSchemathesis(
          program,
          { ...product, url: door.url },
          { examples: 2, seed: 1, phases: ['fuzzing'], more: ['--include-path', '/agents'] },
        );
        expect(output).toMatch(found);
        expect(code).toBe(1);
      } finally {
        door.close();
      }
    },
    120_000,
  );
});

/** Lets everything through, but answers one path with a status of its own. */
async function givenDoor(url: string, holed: string, status: number): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    if (request.url?.startsWith(holed)) {
      request.resume();
      response.writeHead(status, { 'content-type': 'application/problem+json' }).end('{}');
      return;
    }
    const { method, headers, url: path = '/' } = request;
    const onward = send(new URL(path, url), { method, headers: { ...headers, host: new URL(url).host } }, (answer) => {
      response.writeHead(answer.statusCode as number, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
