import { expect, test } from '@jest/globals';
import { ACCESS, SCOPES } from './identity.ts';

test('every kind of access asks for a scope that there is; only `public` asks for none', () => {
  for (const [access, scope] of Object.entries(ACCESS)) {
    if (access === 'public') expect(scope).toBeNull();
    else expect(SCOPES).toContain(scope);
  }
});
