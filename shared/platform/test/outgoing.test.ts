// Calls to addresses that users have named: what may be reached, and what an address may answer.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Outgoing, openOutgoing } from '../src/outgoing/outgoing.ts';

let inside: Server;
let port: number;
let asked: string[];
let listener: RequestListener;
const opened: Outgoing[] = [];

beforeAll(async () => {
  inside = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  inside.listen(0, '127.0.0.1');
  await once(inside, 'listening');
  port = (inside.address() as AddressInfo).port;
});

afterAll(() => {
  inside.closeAllConnections();
  inside.close();
});

const given = (...options: Parameters<typeof openOutgoing>) => {
  asked = [];
  listener = (_request, response) => void response.end('secret of the inside');
  const outgoing = openOutgoing(...options);
  opened.push(outgoing);
  return outgoing;
};

afterEach(async () => {
  for (const outgoing of opened.splice(0)) await outgoing.close();
});

const refused = { code: 'ADDRESS_REFUSED', status: 400 };

describe('an address of the inside', () => {
  test.each([
    'http://127.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f000001:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://0177.0x0.0.1:PORT/',
    'http://0:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'http://localhost:PORT/',
    'http://LOCALHOST.:PORT/',
    'http://１２７.０.０.１:PORT/',
    'https://127.0.0.1:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/latest/meta-data/',
    'http://user:password@8.8.8.8/',
    'file:///etc/passwd',
    'gopher://127.0.0.1:PORT/',
    'no address',
  ])('%s is refused, and nobody is called', async (url) => {
    const outgoing = given([]);
    const address = url.replace('PORT', String(port));
    await expect(outgoing.send(address)).rejects.toMatchObject(refused);
    await expect(outgoing.fetch(address)).rejects.toMatchObject(refused);
    await expect(outgoing.check(address)).rejects.toMatchObject(refused);
    expect(asked).toEqual([]);
  });

  test('that the operator allows is called', async () => {
    for (const allow of ['127.0.0.0/8', '127.0.0.1', `127.0.0.1:${port}`]) {
      const answer = await given([allow]).send(`http://127.0.0.1:${port}/hook`, { method: 'POST', body: 'x' });
      expect([answer.status, answer.body, asked]).toEqual([200, 'secret of the inside', ['POST /hook']]);
    }
    await expect(given([`127.0.0.1:${port + 1}`]).send(`http://127.0.0.1:${port}/`)).rejects.toMatchObject(refused);
  });
});

describe('a name', () => {
  test('that means an address of the inside is refused, also when it has a public one beside it', async () => {
    const outgoing = given([], async () => [{ address: '127.0.0.1', family: 4 }]);
    await expect(outgoing.send(`http://rebind.example:${port}/`)).rejects.toMatchObject(refused);
    expect(asked).toEqual([]);
  });

  test('that is public when it is checked and of the inside a moment later is refused then', async () => {
    const answers = ['93.184.215.14', '127.0.0.1'];
    const outgoing = given([], async () => [{ address: answers.shift() as string, family: 4 }]);
    await outgoing.check(`http://rebind.example:${port}/`);
    await expect(outgoing.send(`http://rebind.example:${port}/`)).rejects.toMatchObject(refused);
    expect(asked).toEqual([]);
  });

  test('is asked for once a connection, which goes to what was checked', async () => {
    const answers = ['127.0.0.1', '10.255.255.1', '10.255.255.1'];
    const outgoing = given(['127.0.0.1'], async () => [{ address: answers.shift() as string, family: 4 }]);
    expect((await outgoing.send(`http://rebind.example:${port}/`)).body).toBe('secret of the inside');
    expect(answers).toHaveLength(2);
  });
});

describe('a redirect', () => {
  const to =
    (location: string, status = 302): RequestListener =>
    (request, response) => {
      if (request.url === '/end') response.end('arrived');
      else response.writeHead(status, { location }).end();
    };

  test.each([
    'http://169.254.169.254/',
    'http://localhost:1/',
    'file:///etc/passwd',
    '//evil.example/',
    'https://127.0.0.1/',
  ])('to %s is not followed', async (location) => {
    const outgoing = given([`127.0.0.1:${port}`]);
    listener = to(location);
    await expect(outgoing.send(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: 'REDIRECT_REFUSED' });
    expect(asked).toEqual(['GET /']);
  });

  test('within the address is followed, but for one that would lose what was posted, and not for ever', async () => {
    const outgoing = given([`127.0.0.1:${port}`]);
    const start = `http://127.0.0.1:${port}/`;
    listener = to('/end');
    expect((await outgoing.send(start)).body).toBe('arrived');
    const post = { method: 'POST', body: 'x' };
    await expect(outgoing.send(start, post)).rejects.toMatchObject({ code: 'REDIRECT_REFUSED' });
    listener = to('/end', 307);
    expect((await outgoing.send(start, post)).body).toBe('arrived');
    listener = to('/again');
    await expect(outgoing.send(start)).rejects.toMatchObject({ code: 'REDIRECT_REFUSED' });
  });
});

describe('an answer', () => {
  test('larger than allowed is cut off, and its connection with it', async () => {
    const outgoing = given(['127.0.0.1']);
    const gone = new Promise((resolve) => {
      listener = (_request, response) => {
        response.once('close', resolve);
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(16_384)));
        };
        response.on('drain', more);
        more();
      };
    });
    const all = outgoing.send(`http://127.0.0.1:${port}/`, { maxBytes: 100_000 });
    await expect(all).rejects.toMatchObject({ code: 'ANSWER_TOO_LARGE' });
    await gone;
  });

  test('that does not come, or does not end, is given up in time', async () => {
    const outgoing = given(['127.0.0.1']);
    listener = () => {};
    const url = `http://127.0.0.1:${port}/`;
    await expect(outgoing.send(url, { timeoutMs: 100 })).rejects.toMatchObject({ name: 'TimeoutError' });
    listener = (_request, response) => void response.write('a beginning');
    await expect(outgoing.send(url, { timeoutMs: 100 })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('with any status, headers and a stream comes as it is', async () => {
    const outgoing = given(['127.0.0.1']);
    listener = (request, response) => {
      response.writeHead(request.url === '/empty' ? 204 : 418, { 'x-header': 'of theirs' });
      response.end(request.url === '/empty' ? undefined : request.headers['accept-encoding']);
    };
    const answer = await outgoing.fetch(`http://127.0.0.1:${port}/`, { headers: { 'accept-encoding': 'gzip' } });
    expect([answer.status, answer.headers.get('x-header'), await answer.text()]).toEqual([
      418,
      'of theirs',
      'identity',
    ]);
    expect((await outgoing.send(`http://127.0.0.1:${port}/empty`)).status).toBe(204);
  });
});
