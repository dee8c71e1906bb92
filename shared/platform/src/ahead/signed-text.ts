// Texts that a service signs in its own name, for whoever hears them by a way on which others may speak (Ed25519: RFC 8032).
import { KeyObject, sign, verify } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { openIssuerKeys } from '../issuer-keys.ts';
import type { SigningKey } from '../signing-key.ts';

/** What is signed begins with it, so that no assertion of the same key is a text, and no text an assertion. */
const KIND = 'told-events\n';
const ALGORITHM = 'EdDSA';

const toSigned = (text: string) => Buffer.from(KIND + text);

/** By Node's own synchronous calls, here and below: for so little, the way through its threads takes ten times as long. */
export function signText(text: string, { kid, privateKey }: Pick<SigningKey, 'kid' | 'privateKey'>): string {
  return `${kid}.${sign(null, toSigned(text), KeyObject.from(privateKey)).toString('base64url')}`;
}

/** @throws when this is not that service's signature of the text, or its keys cannot be fetched */
export type TextVerifier = (text: string, signature: string) => Promise<void>;

/** @param signer the public keys of the service that signs, or the address of its JWKS */
export function newTextVerifier(signer: JSONWebKeySet | URL): TextVerifier {
  const findKey = openIssuerKeys(signer);
  return async (text, signature) => {
    const [kid = '', bytes = ''] = signature.split('.', 2);
    const key = await findKey({ alg: ALGORITHM, kid });
    if (!verify(null, toSigned(text), KeyObject.from(key), Buffer.from(bytes, 'base64url')))
      throw new Error('The signature is not of this text.');
  };
}
