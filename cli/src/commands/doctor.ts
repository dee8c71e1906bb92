import { stat } from 'node:fs/promises';
import { ApiProblem } from '@builder-ai/client/api-problem';
import { dataOf, newClient } from '@builder-ai/client/client';
import type { Command } from 'commander';
import type { CliCommand, Plain } from '../command.ts';
import { readCredentials } from '../credentials.ts';
import { toUrl } from '../session.ts';

type Finding = { check: string; ok: boolean; detail: string };

export const doctor: CliCommand = {
  name: 'doctor',
  summary:
    'see whether the server can be reached, the key is good and who can build; `npm run doctor` checks what is kept',
  needs: 'nothing',
  declare: (command: Command) => command,
  async run(plain) {
    const { out } = plain;
    const findings = await examine(plain);
    if (out.json) out.data(findings, 2);
    else
      for (const { check, ok, detail } of findings)
        out.line(`${ok ? '✓' : '✗'} ${check.padEnd(12)} ${detail}`, ok ? 'green' : 'red');
    return findings.every(({ ok }) => ok) ? 'ok' : 'failed';
  },
};

async function examine({ config }: Plain): Promise<Finding[]> {
  const stored = await readCredentials(config.credentialsFile).catch(() => undefined);
  const url = toUrl(config.url ?? stored?.url ?? 'http://127.0.0.1:8000');
  const key = config.key ?? (stored && toUrl(stored.url) === url ? stored.key : undefined);
  const api = newClient({ baseUrl: url, ...(key !== undefined && { key }) });
  const finding = async (check: string, look: () => Promise<string>): Promise<Finding> => {
    try {
      return { check, ok: true, detail: await look() };
    } catch (error) {
      const detail = error instanceof ApiProblem ? error.shown.detail : (error as Error).message;
      return { check, ok: false, detail };
    }
  };
  const all = [
    await finding('credentials', async () => {
      if (config.key !== undefined) return 'BUILDER_API_KEY is used.';
      const found = await stat(config.credentialsFile).catch(() => undefined);
      if (!found) throw new Error('You are not signed in: run `builder login`.');
      if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
        throw new Error(
          `Others may read ${config.credentialsFile}: run \`chmod 600\` on it, or \`builder login\` again.`,
        );
      return `${config.credentialsFile} is yours alone.`;
    }),
    await finding('server', async () => {
      await dataOf(api.GET('/health'));
      return `${url} answers.`;
    }),
  ];
  // Without a server there is nothing more to ask.
  if (!all[1]?.ok) return all;
  return [
    ...all,
    await finding('readiness', async () => {
      const { status, checks } = await dataOf(api.GET('/health/readiness'));
      const unwell = Object.entries(checks).filter(([, { status: state }]) => state !== 'healthy');
      return unwell.length === 0 ? `${status}.` : `${status}: ${unwell.map(([name]) => name).join(', ')}.`;
    }),
    await finding('key', async () => `It may ${(await dataOf(api.GET('/me'))).scopes.join(', ')}.`),
    await finding('agents', async () => {
      const { default_mode, models, commands } = await dataOf(api.GET('/agents'));
      return `${default_mode} by default; ${models.map(({ agent }) => agent).join(', ')}; commands: ${commands}.`;
    }),
  ];
}
