import { Slider } from '@base-ui/react/slider';
import type { TaskEvent } from '@builder-ai/contracts/task';
import { useMemo } from 'react';
import { toClock } from '../page/quantities.ts';
import { toTimelineWords } from '../timeline/timeline-words.ts';
import { type Moment, toMoments } from './moments.ts';
import '../styles/history.css';

type Props = {
  events: readonly TaskEvent[];
  /** The entry that is gone back to; undefined for now. */
  at: number | undefined;
  onMove: (at: number | undefined) => void;
};

/** Below this there is nothing to go back to. */
const LEAST_ENTRIES = 3;

/** Goes back to any entry of the timeline, to see the plan, the files and the cost as they were. */
export function Scrubber({ events, at, onMove }: Props) {
  const moments = useMemo(() => toMoments(events), [events]);
  const first = events[0]?.seq ?? 1;
  const last = events.at(-1)?.seq ?? 0;
  if (events.length < LEAST_ENTRIES) return null;
  const shown = Math.max(first, Math.min(at ?? last, last));
  // Without a gap from its first entry on.
  const shownEvent = events[shown - first];
  const isPast = shown < last;
  const move = (seq: number) => onMove(seq >= last ? undefined : Math.max(first, seq));
  return (
    <section className="scrubber" aria-label="History" data-testid="scrubber" data-past={isPast}>
      <Slider.Root min={first} max={last} value={shown} onValueChange={move} className="scrub">
        <Slider.Control className="scrub-control">
          <Slider.Track className="scrub-track">
            <Slider.Indicator className="scrub-done" />
            {moments.map(({ seq, tone }) => (
              <span
                key={seq}
                className="scrub-mark"
                data-tone={tone}
                style={{ left: `${((seq - first) / Math.max(1, last - first)) * 100}%` }}
              />
            ))}
            <Slider.Thumb
              className="scrub-thumb"
              getAriaLabel={() => 'Moment of the timeline'}
              getAriaValueText={() => momentWords(shownEvent)}
            />
          </Slider.Track>
        </Slider.Control>
      </Slider.Root>
      <p className="scrub-words" data-testid="moment">
        {isPast ? (
          <>
            <strong>{`Entry ${shown} of ${last}.`}</strong> {momentWords(shownEvent)}
          </>
        ) : (
          <span className="muted">Drag, or use the arrow keys, to see plan, files and cost as they were.</span>
        )}
      </p>
      <div className="scrub-jumps">
        <Jump words="Step before" to={findBefore(moments, shown)} onMove={move} />
        <Jump words="Step after" to={isPast ? (findAfter(moments, shown) ?? last) : undefined} onMove={move} />
        {isPast && (
          <button type="button" className="button" data-testid="back-to-now" onClick={() => onMove(undefined)}>
            Back to now
          </button>
        )}
      </div>
    </section>
  );
}

function Jump({ words, to, onMove }: { words: string; to: number | undefined; onMove: (seq: number) => void }) {
  return (
    <button
      type="button"
      className="button button-small"
      data-testid={words === 'Step before' ? 'moment-before' : 'moment-after'}
      disabled={to === undefined}
      onClick={() => to !== undefined && onMove(to)}
    >
      {words}
    </button>
  );
}

const findBefore = (moments: readonly Moment[], seq: number) => moments.findLast((moment) => moment.seq < seq)?.seq;
const findAfter = (moments: readonly Moment[], seq: number) => moments.find((moment) => moment.seq > seq)?.seq;

function momentWords(event: TaskEvent | undefined): string {
  if (!event) return '';
  const { title, detail } = toTimelineWords(event);
  return `${toClock(event.timestamp)}: ${title}${detail ? `, ${detail.slice(0, 120)}` : ''}`;
}
