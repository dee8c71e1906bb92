// Which events of a run a replay has to tell as well, and what of them: pure. What is left out is named in docs/recording.md.
import { RUN_COMMAND } from '../tools/run-command.ts';
import type { ToldEvent } from './recording.ts';

/** Of who drove the run and how often, and what it had to wait for: a replay is driven by itself, and pays nothing. */
const DRIVING: ReadonlySet<string> = new Set(['run.started', 'run.resumed', 'budget.applied']);

/** Made anew by each run. A commit's name follows from its time. */
const NOT_COMPARED = ['job_id', 'epoch', 'commit'];

type Numbered = { no: number; event: ToldEvent };

/** @param decided calls that were interrupted, and settled by their user: they have no result of their own */
export function toComparable(events: readonly Numbered[], decided: ReadonlySet<string>): Numbered[] {
  const lastMade = new Map<unknown, number>();
  for (const { no, event } of events) if (event.type === 'tool.called') lastMade.set(event.data.call_id, no);
  const kept: Numbered[] = [];
  for (const [index, { no, event }] of events.entries()) {
    const { type, data } = event;
    const of = isEcho(event, events[index - 1]?.event) ? (events[index - 1] as Numbered).event : event;
    if (isOfDriving(event) || decided.has(of.data.call_id as string)) continue;
    // A call that was interrupted is told again by whoever makes it again.
    if (type === 'tool.called' && lastMade.get(data.call_id) !== no) continue;
    const last = kept.at(-1)?.event;
    // A run that was asked to go on before it was told what it waits for says so again.
    if (type === 'run.waiting' && last?.type === type && last.data.reason === data.reason) continue;
    kept.push({ no, event: { type, data: comparableData(event, of) } });
  }
  return kept;
}

function isOfDriving({ type, data }: ToldEvent): boolean {
  if (DRIVING.has(type)) return true;
  // Attempts that brought no answer, and what the run says of itself.
  if (type === 'usage.recorded') return data.outcome === 'unknown';
  if (type === 'log.added') return data.agent === null || data.level === 'warning';
  if (type !== 'run.waiting') return false;
  return !(data.waiting_for === 'approval' || (data.waiting_for === 'input' && data.code === undefined));
}

/** The line of the log that shows what a call gave. */
function isEcho({ type, data }: ToldEvent, before: ToldEvent | undefined): boolean {
  return type === 'log.added' && before?.type === 'tool.finished' && before.data.output === data.message;
}

function comparableData({ type, data }: ToldEvent, of: ToldEvent): Record<string, unknown> {
  const left = { ...data };
  for (const name of NOT_COMPARED) delete left[name];
  if (type === 'tool.called') delete left.attempt;
  // It ends with the number of its attempt.
  if (typeof left.message_id === 'string') left.message_id = left.message_id.replace(/-\d+$/, '');
  // A command may print the time: what each printed is compared by itself.
  if (of.type === 'tool.finished' && of.data.tool === RUN_COMMAND)
    delete left[type === 'log.added' ? 'message' : 'output'];
  return left;
}
