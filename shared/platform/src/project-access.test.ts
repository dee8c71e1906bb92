import type { Identity } from '@builder-ai/contracts/identity';
import { expect, test } from '@jest/globals';
import { mayIn, projectsOf } from './project-access.ts';

const user: Identity = { userId: 'u', kind: 'user', scopes: [], projects: { v: 'viewer', e: 'editor', o: 'owner' } };

test.each([
  ['v', [true, false, false]],
  ['e', [true, true, false]],
  ['o', [true, true, true]],
  ['u', [true, true, true]],
  ['another', [false, false, false]],
  ['constructor', [false, false, false]],
])('in %s: what viewers, editors, owners may', (project, expected) => {
  expect((['viewer', 'editor', 'owner'] as const).map((role) => mayIn(user, project, role))).toEqual(expected);
});

test('without memberships there is the personal project alone', () => {
  const { projects: _none, ...alone } = user;
  expect([mayIn(alone, 'v', 'viewer'), mayIn(alone, 'u', 'owner')]).toEqual([false, true]);
  expect(projectsOf(alone)).toEqual(['u']);
  expect(projectsOf(user)).toEqual(['u', 'v', 'e', 'o']);
});

test('a service that acts for itself may see everything', () => {
  expect(mayIn({ userId: 'agent-service', kind: 'service', scopes: ['read'] }, 'u', 'viewer')).toBe(true);
});
