import { beforeAll, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { newKey } from '../../test/given-key.ts';
import type { SigningKey } from '../signing-key.ts';
import { newTextVerifier, signText } from './signed-text.ts';

let key: SigningKey;
let other: SigningKey;

beforeAll(async () => {
  key = await newKey('key');
  other = await newKey('other');
});

test('a text is believed that the service has signed, by any of the keys that it shows', async () => {
  const verify = newTextVerifier({ keys: [...other.jwks.keys, ...key.jwks.keys] });
  await verify('Grüße\n𝄞', signText('Grüße\n𝄞', key));
  await verify('', signText('', other));
});

test.each<[string, () => [text: string, signature: string]]>([
  ['another text', () => ['text!', signText('text', key)]],
  ['somebody else’s signature', () => ['text', signText('text', other)]],
  ['somebody else’s signature under the name of its key', () => ['text', signText('text', { ...other, kid: 'key' })]],
  ['no signature', () => ['text', '']],
  ['a signature of nothing', () => ['text', 'key.']],
  ['what is no signature', () => ['text', 'key.AAAA']],
  ['a signature without the name of a key', () => ['text', signText('text', key).slice(3)]],
])('%s is not believed', async (_what, made) => {
  await expect(newTextVerifier(key.jwks)(...made())).rejects.toThrow();
});

test('an assertion of the same key is no text', async () => {
  const jwt = await new SignJWT({ kind: 'service' })
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
    .sign(key.privateKey);
  const [header, claims, signature] = jwt.split('.');
  await expect(newTextVerifier(key.jwks)(`${header}.${claims}`, `key.${signature}`)).rejects.toThrow(
    'The signature is not of this text.',
  );
});
