/** A random key. `crypto.randomUUID` would be simpler, but it is missing where the page is not served from loopback or HTTPS. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
