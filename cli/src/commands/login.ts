import { hostname } from 'node:os';
import { ApiProblem, toProblem } from '@builder-ai/client/api-problem';
import { dataOf, newClient } from '@builder-ai/client/client';
import type { Command } from 'commander';
import { askSecret } from '../ask-secret.ts';
import type { CliCommand, Options, Plain } from '../command.ts';
import { readCredentials, writeCredentials } from '../credentials.ts';
import { CliError } from '../exit-codes.ts';
import { toUrl } from '../session.ts';

const KEY_DAYS = 90;

export const login: CliCommand = {
  name: 'login',
  summary: 'sign in, by an API key, e-mail and password, or the link that `npm start` prints',
  needs: 'nothing',
  declare: (command: Command) =>
    command
      .option('--url <url>', 'the server; by default http://127.0.0.1:8000, or that of the link')
      .option('--email <email>', 'makes a key by your password, which is asked for or read from the standard input')
      .option('--link <link>', 'makes a key by a sign-in link, which works once'),
  async run(plain, _args, options) {
    const { config, out } = plain;
    const link = options.link === undefined ? undefined : String(options.link);
    if (link !== undefined && !URL.canParse(link)) throw new CliError('usage', 'That is no link.');
    const stored = await readCredentials(config.credentialsFile).catch(() => undefined);
    const url = toUrl(String(options.url ?? link ?? config.url ?? stored?.url ?? 'http://127.0.0.1:8000'));
    const key = await findKey(plain, url, link, options);
    // A key that is wrong is not kept.
    const { user_id, scopes } = await dataOf(newClient({ baseUrl: url, key }).GET('/me'));
    await writeCredentials(config.credentialsFile, { url, key });
    if (out.json) out.data({ url, user_id, scopes, credentials_file: config.credentialsFile }, 2);
    else out.note(`Signed in to ${url}; the key may ${scopes.join(', ')}. It is kept in ${config.credentialsFile}.`);
    return 'ok';
  },
};

async function findKey(plain: Plain, url: string, link: string | undefined, options: Options): Promise<string> {
  if (link !== undefined) return makeKey(url, await useLink(link), plain);
  if (options.email !== undefined) {
    const password = await askSecret('Password: ', plain);
    return makeKey(url, await signIn(url, String(options.email), password, plain), plain);
  }
  const key = plain.config.key ?? (await askSecret('API key: ', plain));
  if (!key) throw new CliError('usage', 'No key was given: send one to the standard input, or use --email or --link.');
  return key;
}

async function signIn(url: string, email: string, password: string, { signal }: Plain): Promise<string> {
  const body = JSON.stringify({ email, password });
  return cookieOf(
    await request(`${url}/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal }),
  );
}

const useLink = async (link: string) => cookieOf(await request(link, { redirect: 'manual' }));

function cookieOf(response: Response): string {
  const cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0];
  if (!cookie) throw new CliError('denied', 'This link signs nobody in: `npm start` prints a new one.');
  return cookie;
}

/** The session itself is not kept: a key can be seen, told from others and revoked, and may do no more than is needed. */
async function makeKey(url: string, cookie: string, { signal }: Plain): Promise<string> {
  const body = JSON.stringify({
    name: `builder on ${hostname()}`.slice(0, 100),
    scopes: ['read', 'run'],
    expires_in_days: KEY_DAYS,
  });
  const headers = { cookie, 'content-type': 'application/json' };
  const made = await request(`${url}/keys`, { method: 'POST', headers, body, signal });
  await request(`${url}/sign-out`, { method: 'POST', headers: { cookie }, signal });
  return ((await made.json()) as { key: string }).key;
}

async function request(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((cause: unknown) => {
    throw new ApiProblem(
      { title: 'No answer', detail: `${new URL(url).origin} cannot be reached. Is it running?` },
      { cause },
    );
  });
  if (response.status >= 400) throw new ApiProblem(await toProblem(response));
  return response;
}
