// Tools of other servers in a replay: nobody is called, what they answered is given again.
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { MCP_PREFIX, type McpTools } from '../mcp/mcp-tools.ts';
import type { Tool, ToolResult } from '../tools/define-tool.ts';
import type { Recording } from './recording.ts';
import { ReplayDiverged } from './replay-model.ts';

/** Each answers in the order in which it did. */
export function newRecordedTools({ rows, events }: Recording): McpTools {
  const found = new Map<string, { outside: boolean; answers: ToolResult[] }>();
  const names = new Map<string, string>();
  for (const { entry } of rows) {
    if (entry.kind === 'tool.intended' && entry.tool.startsWith(MCP_PREFIX)) {
      names.set(entry.call_id, entry.tool);
      const known = found.get(entry.tool) ?? { outside: false, answers: [] };
      found.set(entry.tool, { ...known, outside: known.outside || entry.outside === true });
    }
    const answer = answerOf(entry);
    if (answer) found.get(names.get(answer.callId) ?? '')?.answers.push(answer.result);
  }
  const summaries = new Map(
    events.flatMap(({ event: { type, data } }) => (type === 'tool.called' ? [[data.tool, String(data.summary)]] : [])),
  );
  const tools = [...found].map(
    ([name, { outside, answers }]): Tool => ({
      spec: { name, description: 'What was recorded.', input_schema: { type: 'object' } },
      readOnly: !outside,
      outside,
      summary: () => summaries.get(name) ?? name,
      async call() {
        const answer = answers.shift();
        if (!answer) throw new ReplayDiverged(`The replay calls ${name} more often than was recorded.`);
        return answer;
      },
    }),
  );
  return { tools: () => tools, close: async () => {} };
}

/** A call that was interrupted and settled by its user has what they said. */
function answerOf(entry: LedgerEntry): { callId: string; result: ToolResult } | undefined {
  if (entry.kind === 'tool.finished') return { callId: entry.call_id, result: { ok: entry.ok, output: entry.output } };
  if (entry.kind !== 'tool.resolved' || entry.decision === 'redo') return undefined;
  return { callId: entry.call_id, result: { ok: entry.decision === 'done', output: entry.result ?? '' } };
}
