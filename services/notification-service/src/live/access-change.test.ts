import type { Identity } from '@builder-ai/contracts/identity';
import { expect, test } from '@jest/globals';
import { type AccessChange, parseAccessChange, toStanding } from './access-change.ts';

const identity: Identity = {
  userId: 'user',
  kind: 'user',
  scopes: ['read'],
  projects: { project: 'editor' },
  credentialId: 'session',
};

const changed = (role: 'viewer' | 'editor' | 'owner' | null, user_id?: string, project_id = 'project') => ({
  project_id,
  role,
  ...(user_id && { user_id }),
});

const cases: [AccessChange, string][] = [
  [{ credential_id: 'session' }, 'lost'],
  [{ credential_id: 'another' }, 'same'],
  [changed('editor', 'user'), 'same'],
  [changed('viewer', 'user'), 'lost'],
  [changed('owner', 'user'), 'gained'],
  [changed(null, 'user'), 'lost'],
  [changed(null, 'another'), 'same'],
  [changed(null), 'lost'],
  [changed('viewer', 'user', 'another'), 'gained'],
  [changed(null, undefined, 'another'), 'same'],
];

test.each(cases)('%j: the connection of an editor has %s', (change, standing) => {
  expect(toStanding(identity, change)).toBe(standing);
  expect(parseAccessChange(JSON.parse(JSON.stringify(change)))).toEqual(change);
});

test('one that nobody can revoke loses nothing by what is revoked', () => {
  const { credentialId: _, ...byEnvironment } = identity;
  expect(toStanding(byEnvironment, { credential_id: 'session' })).toBe('same');
});

test.each([undefined, null, 1, {}, { credential_id: 1 }, { project_id: 'project', role: 'king' }])(
  '%j from another version is no change',
  (told) => {
    expect(parseAccessChange(told)).toBeUndefined();
  },
);
