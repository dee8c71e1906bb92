// What anybody would write first: the vendor's SDK in a loop, with the same sandbox and nothing kept.
// Usage: node bare-loop.ts <provider's address> <directory>
import Anthropic from '@anthropic-ai/sdk';
import { silentLogger } from '@builder-ai/platform/logger';
import { findSandbox } from '../services/agent-service/src/sandbox/find-sandbox.ts';
import { runCommand } from '../services/agent-service/src/tools/run-command.ts';

const [baseURL, directory] = process.argv.slice(2) as [string, string];
const client = new Anthropic({ apiKey: 'any', baseURL, maxRetries: 0 });
const sandbox = await findSandbox(silentLogger);
if (!sandbox) throw new Error('There is no sandbox here.');
const tool = {
  name: 'run_command',
  description: runCommand.spec.description,
  input_schema: runCommand.spec.input_schema as Anthropic.Tool.InputSchema,
};
const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'The goal: bare\nStep 1 of 1: all of it' }];
for (;;) {
  const request = { model: 'claude-sonnet-5-5', max_tokens: 16_384, messages, tools: [tool] };
  const { content } = await client.messages.stream(request).finalMessage();
  const calls = content.filter((block) => block.type === 'tool_use' && block.name === 'run_command');
  if (calls.length === 0) break;
  const results: Anthropic.ToolResultBlockParam[] = [];
  for (const call of calls) {
    if (call.type !== 'tool_use') continue;
    const { output } = await sandbox.run((call.input as { command: string }).command, {
      directory,
      signal: new AbortController().signal,
      timeoutMs: 10_000,
      maxOutputBytes: 30_000,
      expectMore: true,
    });
    results.push({ type: 'tool_result', tool_use_id: call.id, content: output });
  }
  messages.push({ role: 'assistant', content }, { role: 'user', content: results });
}
