import type { LogEntry, TaskEvent } from '@builder-ai/contracts/task';
import { memo, useMemo } from 'react';
import { toPlainText } from '../page/plain-text.ts';
import { toClock } from '../page/quantities.ts';
import { logKey, mergeLogs } from './merge-logs.ts';
import { ScrollBox } from './scroll-box.tsx';
import { agentName } from './task-words.ts';
import { useTail } from './use-tail.ts';

/** What agents and commands wrote. */
export function LogPanel({ logs, events }: { logs: readonly LogEntry[]; events: readonly TaskEvent[] }) {
  const lines = useMemo(() => mergeLogs(logs, events), [logs, events]);
  const { shown, ...tail } = useTail(lines);
  return (
    <section className="panel" aria-label="Log">
      <h4>
        Log <span className="panel-count">{lines.length}</span>
      </h4>
      {lines.length === 0 ? (
        <p className="muted">No lines yet.</p>
      ) : (
        <ScrollBox {...tail} label="Log lines" className="log-box">
          <ol className="log">
            {shown.map((line) => (
              <Line key={logKey(line)} line={line} />
            ))}
          </ol>
        </ScrollBox>
      )}
    </section>
  );
}

const Line = memo(function Line({ line }: { line: LogEntry }) {
  return (
    <li className="log-line" data-testid="task-log" data-level={line.level}>
      <time dateTime={line.timestamp}>{toClock(line.timestamp)}</time>
      {line.level !== 'info' && <span className="log-level">{line.level}</span>}
      {line.agent && <span className="log-agent">{agentName(line.agent)}</span>}
      <span className="log-text">{toPlainText(line.message)}</span>
    </li>
  );
});
