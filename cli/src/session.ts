// What a command works with: the API as the user, and where to print.
import { type ApiClient, newClient } from '@builder-ai/client/client';
import type { Config } from './config.ts';
import { readCredentials } from './credentials.ts';
import { CliError } from './exit-codes.ts';
import type { Output } from './output.ts';

export type Session = { url: string; key: string; api: ApiClient; out: Output; signal: AbortSignal };

const DEFAULT_URL = 'http://127.0.0.1:8000';

/** Variables go before what was signed in to; a key is sent to no other server than the one that it was made by. */
export async function openSession(config: Config, out: Output, signal: AbortSignal): Promise<Session> {
  const stored = await readCredentials(config.credentialsFile);
  const url = toUrl(config.url ?? stored?.url ?? DEFAULT_URL);
  const key = config.key ?? (stored && toUrl(stored.url) === url ? stored.key : undefined);
  if (key === undefined)
    throw new CliError(
      'denied',
      `Not signed in to ${url}: run \`builder login --url ${url}\`, or set BUILDER_API_KEY.`,
    );
  return { url, key, api: newClient({ baseUrl: url, key }), out, signal };
}

/** @throws CliError when it is no address */
export function toUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new CliError('usage', `${text} is no address: give one as ${DEFAULT_URL}.`);
  return url.origin;
}
