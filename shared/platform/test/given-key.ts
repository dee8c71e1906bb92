// A key with which a service signs, made for a test.
import { exportJWK, generateKeyPair } from 'jose';
import type { SigningKey } from '../src/signing-key.ts';

export async function newKey(kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  return { kid, privateKey, jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'EdDSA' }] } };
}
