import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { findFreePort } from './free-port.ts';
import { checkGatewayPort } from './gateway-port.ts';

test('a free port is taken as it is, and 0 becomes a certain one', async () => {
  const port = await findFreePort();
  expect(await checkGatewayPort('127.0.0.1', port)).toBe(port);
  expect(await checkGatewayPort('127.0.0.1', 0)).toBeGreaterThan(0);
});

test('a port that is taken is refused with a command that works', async () => {
  const thief = createServer().listen(0, '127.0.0.1');
  await once(thief, 'listening');
  const { port } = thief.address() as AddressInfo;
  const refusal = await checkGatewayPort('127.0.0.1', port).catch((error: Error) => error.message);
  thief.close();
  expect(refusal).toContain(`Port ${port} on 127.0.0.1 is taken`);
  const other = Number(/PORT=(\d+) npm start/.exec(String(refusal))?.[1]);
  expect(await checkGatewayPort('127.0.0.1', other)).toBe(other);
});

test('an address that is not this machine is refused', async () => {
  await expect(checkGatewayPort('192.0.2.1', 8000)).rejects.toThrow('HOST=192.0.2.1 cannot be listened on');
});
