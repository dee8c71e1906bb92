// Behind proxies of ours the client's address is what they say, never what the client wrote itself.
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import { openRaw } from './raw-exchange.ts';

let behindOne: GivenGateway;
let behindTwo: GivenGateway;

beforeAll(async () => {
  behindOne = await givenGateway({ TRUSTED_HOPS: '1', RATE_LIMIT_SIGN_IN: '2' });
  behindTwo = await givenGateway({ TRUSTED_HOPS: '2' });
});

afterAll(() => Promise.all([behindOne.close(), behindTwo.close()]));

const told = async (given: GivenGateway, headers: Record<string, string>) => {
  const { body } = await request(given.url)
    .get('/tasks')
    .set({ ...BY_KEY, ...headers });
  return [body.headers['x-forwarded-for'], body.headers['x-forwarded-proto']];
};

describe('a service is told', () => {
  test.each([
    ['the address that the proxy saw', { 'x-forwarded-for': '203.0.113.7' }, ['203.0.113.7', 'http']],
    [
      'no address that the client wrote before it',
      { 'x-forwarded-for': '6.6.6.6, 203.0.113.7' },
      ['203.0.113.7', 'http'],
    ],
    ['an IPv6 address', { 'x-forwarded-for': '6.6.6.6,2001:db8::7' }, ['2001:db8::7', 'http']],
    ['the proxy itself, where it says nothing of use', { 'x-forwarded-for': 'unknown' }, ['127.0.0.1', 'http']],
    ['that the client came by https', { 'x-forwarded-proto': 'https' }, ['127.0.0.1', 'https']],
    ['http, whatever else is said', { 'x-forwarded-proto': 'https, gopher' }, ['127.0.0.1', 'http']],
  ])('%s', async (_name, headers, expected) => {
    expect(await told(behindOne, headers)).toEqual(expected);
  });

  test('of two proxies, what the outer one saw', async () => {
    expect(await told(behindTwo, { 'x-forwarded-for': '6.6.6.6, 203.0.113.7, 10.0.0.1' })).toEqual([
      '203.0.113.7',
      'http',
    ]);
  });

  test('the same of a WebSocket', async () => {
    const upgraded = once(behindOne.upstreams['notification-service'].server, 'upgrade');
    const client = await openRaw(behindOne.port);
    const headers = [`Authorization: ${BY_KEY.authorization}`, 'X-Forwarded-For: 6.6.6.6, 203.0.113.7'];
    client.write(
      ['GET /ws/ HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket', ...headers, '', ''].join(
        '\r\n',
      ),
    );
    const [{ headers: got }] = await upgraded;
    expect(got['x-forwarded-for']).toBe('203.0.113.7');
    client.destroy();
  });
});

test('limits count the client that the proxy saw: no other address in front of it is another client', async () => {
  const attempt = async (forwarded: string, email: string) => {
    const sent = request(behindOne.url).post('/sign-in').set('x-forwarded-for', forwarded);
    return (await sent.send({ email, password: 'not the password' })).status;
  };
  expect(await attempt('1.1.1.1, 203.0.113.8', 'a@example.com')).toBe(401);
  expect(await attempt('2.2.2.2, 203.0.113.8', 'b@example.com')).toBe(401);
  expect(await attempt('3.3.3.3, 203.0.113.8', 'c@example.com')).toBe(429);
  expect(await attempt('203.0.113.9', 'c@example.com')).toBe(401);
});

test('the session of somebody who came by https is for https alone, and says where it began', async () => {
  const { pathname, search } = new URL(await behindOne.gateway.createSignInLink());
  const answer = await request(behindOne.url)
    .get(pathname + search)
    .set({ 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.10' });
  expect(answer.headers['set-cookie']?.[0]).toContain('; Secure');
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] as string;
  const { body } = await request(behindOne.url).get('/sessions').set({ cookie });
  expect(body[0]).toMatchObject({ address: '203.0.113.10', current: true });
});
