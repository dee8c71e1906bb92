// Tools of configured servers: real servers, over standard input and output and over HTTP.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '@builder-ai/platform/logger';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readMcpServers } from '../src/mcp/mcp-servers.ts';
import { type McpTools, openMcpTools } from '../src/mcp/mcp-tools.ts';
import type { ToolContext } from '../src/tools/define-tool.ts';
import { toolsFor } from '../src/tools/index.ts';
import { startMcpServer } from './mcp-server.ts';

const SERVER = fileURLToPath(new URL('./mcp-server.ts', import.meta.url));
const context = { signal: new AbortController().signal } as ToolContext;

let directory: string;
let http: Awaited<ReturnType<typeof startMcpServer>>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'builder-mcp-'));
  http = await startMcpServer('its-key');
});

afterAll(async () => {
  await http.close();
  await rm(directory, { recursive: true, force: true });
});

async function givenFile(content: unknown): Promise<string> {
  const file = join(directory, 'mcp.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const stdio = () => ({
  command: process.execPath,
  args: ['--disable-warning=ExperimentalWarning', SERVER, 'stdio'],
  env: { LOG: join(directory, 'effects.log') },
});

async function opened(mcpServers: object, use: (mcp: McpTools) => Promise<void>): Promise<void> {
  const mcp = await openMcpTools(await readMcpServers(await givenFile({ mcpServers })), silentLogger);
  try {
    await use(mcp);
  } finally {
    await mcp.close();
  }
}

describe('tools of configured servers', () => {
  test('a program: what it lists is offered, called with its own name, and its faults are told to the model', async () => {
    process.env.ANTHROPIC_API_KEY = 'not-for-tool-servers';
    await opened({ tickets: stdio() }, async (mcp) => {
      const tools = toolsFor('claude', mcp.tools());
      const find = (name: string) => tools.find(({ spec }) => spec.name === `mcp__tickets__${name}`);
      expect(await find('close')?.call({}, context)).toEqual({ ok: true, output: 'closed' });
      expect(await readFile(join(directory, 'effects.log'), 'utf8')).toBe('closed\n');
      expect(await find('fail')?.call({}, context)).toEqual({ ok: false, output: 'no such ticket' });
      // Only what says that it reads may be made again after an interruption.
      expect([find('list')?.outside, find('list')?.readOnly, find('close')?.outside]).toEqual([false, true, true]);
      // It gets what is configured for it, not our environment.
      expect((await find('list')?.call({}, context))?.output).toContain('secrets seen: null');
    });
    delete process.env.ANTHROPIC_API_KEY;
  });

  test('an address, with a key', async () => {
    const headers = { authorization: 'Bearer its-key' };
    await opened({ remote: { url: http.url, headers } }, async (mcp) => {
      const list = mcp.tools().find(({ spec }) => spec.name === 'mcp__remote__list');
      expect((await list?.call({}, context))?.output).toContain('ticket 1');
    });
  });

  test('a server that is away, or refuses us, takes nobody else with it', async () => {
    const servers = { away: { command: '/nonexistent' }, refusing: { url: http.url }, tickets: stdio() };
    await opened(servers, async (mcp) => {
      expect(mcp.tools().map(({ spec }) => spec.name)).toEqual([
        'mcp__tickets__list',
        'mcp__tickets__close',
        'mcp__tickets__fail',
      ]);
    });
  });

  test('our own templates are not offered them', async () => {
    await opened({ tickets: stdio() }, async (mcp) => {
      expect(toolsFor('template', mcp.tools()).filter(({ spec }) => spec.name.startsWith('mcp__'))).toEqual([]);
    });
  });
});

test.each([
  ['not JSON', 'nonsense', 'is not JSON'],
  ['no servers', {}, 'mcpServers is required'],
  ['a name that is no part of a tool name', { mcpServers: { 'a b': { command: 'x' } } }, 'has a fault'],
  ['neither a program nor an address', { mcpServers: { a: {} } }, 'has a fault'],
  ['an address that is not HTTP', { mcpServers: { a: { url: 'file:///etc/passwd' } } }, 'has a fault'],
])('a file with %s is refused in words', async (_name, content, words) => {
  await expect(readMcpServers(await givenFile(content))).rejects.toThrow(words);
});
