// The public keys of a service that signs in its own name.
import {
  type CryptoKey,
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import { AppError } from './problem.ts';

/**
 * Finds the key that a signature's header names.
 * @throws what jose throws when the service has none such, or AppError SERVICE_UNAVAILABLE while its keys cannot be fetched:
 *   nobody can say then whether a signature is good, and that is no fault of it
 */
export type FindKey = (header: JWSHeaderParameters, token?: FlattenedJWSInput) => Promise<CryptoKey>;

/** @param source the keys, or the address of the service's JWKS */
export function openIssuerKeys(source: JSONWebKeySet | URL): FindKey {
  if (!(source instanceof URL)) return createLocalJWKSet(source);
  const findKey = createRemoteJWKSet(source, { cooldownDuration: 1_000 });
  return async (header, token) => {
    try {
      return await findKey(header, token);
    } catch (cause) {
      const wasAsked = cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys;
      if (wasAsked || cause instanceof errors.JOSENotSupported) throw cause;
      throw new AppError('SERVICE_UNAVAILABLE', { cause, headers: { 'retry-after': '1' } });
    }
  };
}
