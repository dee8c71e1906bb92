import type { LogEntry, LogLevel, TaskEvent } from '@builder-ai/contracts/task';
import { memo, useMemo, useState } from 'react';
import { toPlainText } from '../page/plain-text.ts';
import { toClock } from '../page/quantities.ts';
import { Rows } from '../rows/rows.tsx';
import { agentName } from '../tasks/task-words.ts';
import { logKey, mergeLogs } from './merge-logs.ts';

const LINE_PIXELS = 22;
const LEVEL_WORDS: Record<'all' | LogLevel, string> = {
  all: 'All lines',
  debug: 'Debug',
  info: 'Info',
  warning: 'Warnings',
  error: 'Errors',
};
type Shown = keyof typeof LEVEL_WORDS;

/** What agents and commands wrote. */
export function LogPanel({ logs, events }: { logs: readonly LogEntry[]; events: readonly TaskEvent[] }) {
  const [level, setLevel] = useState<Shown>('all');
  const lines = useMemo(() => mergeLogs(logs, events), [logs, events]);
  const shown = useMemo(() => (level === 'all' ? lines : lines.filter((line) => line.level === level)), [lines, level]);
  return (
    <section className="panel" aria-label="Log">
      <h4>
        Log <span className="panel-count">{lines.length.toLocaleString()}</span>
        <select
          className="select select-small panel-action"
          aria-label="Lines shown"
          value={level}
          onChange={(event) => setLevel(event.target.value as Shown)}
        >
          {Object.entries(LEVEL_WORDS).map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </h4>
      {shown.length === 0 ? (
        <p className="muted">{lines.length === 0 ? 'No lines yet.' : 'No such lines.'}</p>
      ) : (
        <Rows
          rows={shown}
          label="Log lines"
          className="log-box"
          listClassName="log"
          toKey={logKey}
          toItem={toItem}
          rowPixels={LINE_PIXELS}
          follows
        >
          {(line) => <Line line={line} />}
        </Rows>
      )}
    </section>
  );
}

const toItem = ({ level }: LogEntry) => ({ className: 'log-line', 'data-testid': 'task-log', 'data-level': level });

const Line = memo(function Line({ line }: { line: LogEntry }) {
  return (
    <>
      <time dateTime={line.timestamp}>{toClock(line.timestamp)}</time>
      {line.level !== 'info' && <span className="log-level">{line.level}</span>}
      {line.agent && <span className="log-agent">{agentName(line.agent)}</span>}
      <span className="log-text">{toPlainText(line.message)}</span>
    </>
  );
});
