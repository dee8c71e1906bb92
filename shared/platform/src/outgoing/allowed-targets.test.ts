import { describe, expect, test } from '@jest/globals';
import { newAllowedTargets, parseTarget } from './allowed-targets.ts';

describe('what the operator allows', () => {
  const allowed = newAllowedTargets([
    '10.1.0.0/16',
    '192.168.0.7',
    'fd00::/8',
    'Hooks.internal',
    'localhost:9000',
    '[::1]:80',
  ]);

  test.each([
    ['10.1.255.1', true],
    ['10.2.0.1', false],
    ['192.168.0.7', true],
    ['192.168.0.8', false],
    ['fd12::1', true],
    ['::1', false],
    ['hooks.internal', false],
  ])('address %s: %s', (address, expected) => expect(allowed.allowsAddress(address)).toBe(expected));

  test.each([
    ['hooks.internal', 1, true],
    ['evil-hooks.internal', 1, false],
    ['hooks.internal.evil.example', 1, false],
    ['localhost', 9000, true],
    ['localhost', 9001, false],
    ['[::1]', 80, true],
    ['[::1]', 81, false],
  ])('host %s, port %s: %s', (host, port, expected) => expect(allowed.allowsHost(host, port)).toBe(expected));

  test.each(['', '10.0.0.0/33', '::/129', '10.0.0.0/', 'a b', 'http://x', '*.internal', '10.0.0.0/x', 'host:'])(
    '%j is no target',
    (entry) => expect(parseTarget(entry)).toBeUndefined(),
  );
});
