import type { PlanStep } from '@builder-ai/contracts/task';
import { useRef } from 'react';
import { useTakenFocus } from '../page/use-taken-focus.ts';
import { DiffFiles } from './diff-files.tsx';
import { begunSteps, type DiffRange, rangeWords, toQuery } from './diff-range.ts';
import { useDiff } from './use-diff.ts';
import '../styles/file-view.css';

type Props = {
  taskId: string;
  plan: readonly PlanStep[];
  range: DiffRange;
  /** Changes whenever the files may have changed. */
  version: string;
  onRange: (range: DiffRange) => void;
};

/** What changed between two moments of the task. */
export function DiffView({ taskId, plan, range, version, onRange }: Props) {
  const { diff, problem } = useDiff(taskId, toQuery(range), version);
  const view = useRef<HTMLElement>(null);
  const steps = begunSteps(plan);

  // Whoever asked for it elsewhere on the page is taken there.
  useTakenFocus(view);

  return (
    <section ref={view} tabIndex={-1} className="file-view" data-testid="diff-view" aria-label="Changes">
      <div className="file-view-head">
        <strong>{`Changes: ${rangeWords(range)}`}</strong>
        <Moment
          label="From"
          value={range.from}
          none="the beginning"
          words={(number) => `before step ${number}`}
          steps={steps.filter(({ index }) => range.to === null || index <= range.to)}
          onChoose={(from) => onRange({ ...range, from })}
        />
        <Moment
          label="to"
          value={range.to}
          none="now"
          words={(number) => `after step ${number}`}
          steps={steps.filter(({ index }) => range.from === null || index >= range.from)}
          onChoose={(to) => onRange({ ...range, to })}
        />
      </div>
      <DiffFiles diff={diff} problem={problem} none="Nothing was changed." />
    </section>
  );
}

type MomentProps = {
  label: string;
  value: number | null;
  none: string;
  words: (number: number) => string;
  steps: readonly PlanStep[];
  onChoose: (step: number | null) => void;
};

function Moment({ label, value, none, words, steps, onChoose }: MomentProps) {
  return (
    <label className="moment">
      {label}{' '}
      <select
        className="select"
        data-testid={`diff-${label.toLowerCase()}`}
        value={value ?? ''}
        onChange={(event) => onChoose(event.target.value === '' ? null : Number(event.target.value))}
      >
        <option value="">{none}</option>
        {steps.map(({ index }) => (
          <option key={index} value={index}>
            {words(index + 1)}
          </option>
        ))}
      </select>
    </label>
  );
}
