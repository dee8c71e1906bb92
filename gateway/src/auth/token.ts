// Random tokens of which the database keeps only the hash: of sessions, links, keys and invitations.
import { createHash, randomBytes } from 'node:crypto';

/** 256 bits, in characters that are safe in a URL and a header. */
export const newToken = () => randomBytes(32).toString('base64url');

/** One that was random needs no salt and no slow hash. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
