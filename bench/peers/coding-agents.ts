// Coding agents of others, as their users start them without a terminal, with a scripted provider in place of their vendor's.
// They are no dependency of the product: they are installed when the bench asks for them, into a folder of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ScriptToolUse } from '@builder-ai/testing/scripted-provider/script';

export type CodingAgent = {
  name: string;
  /** Where commands run. */
  remark: string;
  /** @throws Error with the words of whoever could not install it */
  install(): Promise<void>;
  argv(goal: string, directory: string, providerUrl: string): string[];
  env(providerUrl: string): Record<string, string>;
};

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/peers/', import.meta.url));
const TIMEOUT_MS = 180_000;

const inCache = (path: string) => join(CACHE, path);

async function npmInstall(name: string, version: string, expected: string): Promise<void> {
  if (existsSync(inCache(expected))) return;
  await mkdir(CACHE, { recursive: true });
  await run(['npm', 'install', '--prefix', CACHE, '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${version}`]);
  if (!existsSync(inCache(expected))) throw new Error(`${name} has no program for this machine.`);
}

async function pipInstall(requirement: string, expected: string): Promise<void> {
  if (existsSync(inCache(expected))) return;
  await mkdir(CACHE, { recursive: true });
  await run(['python3', '-m', 'venv', inCache('venv')]);
  await run([inCache('venv/bin/pip'), 'install', '--quiet', requirement]);
}

const CLAUDE = `node_modules/@anthropic-ai/claude-code-${process.platform}-${process.arch}/claude`;
const CODEX = 'node_modules/@openai/codex/bin/codex.js';
const MINI = 'venv/bin/mini';

export const codingAgents: readonly CodingAgent[] = [
  {
    name: 'Claude Code 2.1.332',
    remark: 'no sandbox, permission for Bash given before',
    install: () => npmInstall('@anthropic-ai/claude-code', '2.1.332', CLAUDE),
    argv: (goal) => [inCache(CLAUDE), '-p', goal, '--allowedTools', 'Bash', '--output-format', 'json'],
    env: (url) => ({
      ANTHROPIC_API_KEY: 'any',
      ANTHROPIC_BASE_URL: url,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
    }),
  },
  {
    name: 'Codex 0.171.0',
    remark: 'its sandbox off: it is not to be had in every container',
    install: () => npmInstall('@openai/codex', '0.171.0', CODEX),
    argv: (goal, _directory, url) => {
      const provider = `{name="scripted",base_url="${url}/v1",env_key="OPENAI_API_KEY",wire_api="responses"}`;
      return [
        ...[process.execPath, inCache(CODEX), 'exec', '--skip-git-repo-check'],
        ...['--dangerously-bypass-approvals-and-sandbox', '-c', 'model_provider=scripted'],
        ...['-c', `model_providers.scripted=${provider}`, '-m', 'gpt-5.1-codex', goal],
      ];
    },
    env: () => ({ OPENAI_API_KEY: 'any' }),
  },
  {
    name: 'mini-swe-agent 2.4.6',
    remark: 'no sandbox',
    install: () => pipInstall('mini-swe-agent==2.4.6', MINI),
    argv: (goal, directory) => [
      ...[inCache(MINI), '-m', 'anthropic/claude-sonnet-4-5-20250929', '-t', goal, '--yolo', '-l', '0'],
      ...['--exit-immediately', '-o', join(directory, 'trajectory.json')],
    ],
    env: (url) => ({
      ANTHROPIC_API_KEY: 'any',
      ANTHROPIC_API_BASE: url,
      MSWEA_CONFIGURED: 'true',
      MSWEA_COST_TRACKING: 'ignore_errors',
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    }),
  },
];

/** How each of them, and ours, has a shell command run, by the name of the tool that it offers. */
const SHELLS: Record<string, (command: string) => object> = {
  run_command: (command) => ({ command }),
  Bash: (command) => ({ command, description: 'step' }),
  bash: (command) => ({ command }),
  exec_command: (cmd) => ({ cmd }),
};

/** @returns undefined for a request that offers no shell: agents ask for titles and the like beside their work */
export function shellCall(tools: readonly { name: string }[], command: string): ScriptToolUse | undefined {
  const name = tools.map((tool) => tool.name).find((each) => Object.hasOwn(SHELLS, each));
  return name === undefined ? undefined : { name, input: SHELLS[name]?.(command) };
}

/** What ends mini-swe-agent: it has no answer without a call. */
export const LAST_COMMAND = 'echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT';

/** Runs it to its end, in an empty home and directory. */
export async function runAgent(agent: CodingAgent, goal: string, providerUrl: string): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'builder-peer-'));
  const directory = await mkdtemp(join(tmpdir(), 'builder-peer-'));
  const env = { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8', TERM: 'dumb', ...agent.env(providerUrl) };
  try {
    await run(agent.argv(goal, directory, providerUrl), { cwd: directory, env });
  } finally {
    for (const path of [home, directory]) await rm(path, { recursive: true, force: true });
  }
}

async function run(argv: string[], options: { cwd?: string; env?: Record<string, string> } = {}): Promise<void> {
  const [program, ...args] = argv as [string, ...string[]];
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-2_000);
    });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS * (options.env ? 1 : 4));
  const [code] = await once(child, 'close').finally(() => clearTimeout(timer));
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${output.trim()}`);
}
