import type { PlanStep } from '@builder-ai/contracts/task';
import { useEffect, useRef } from 'react';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { DiffFileView } from './diff-file-view.tsx';
import { begunSteps, type DiffRange, rangeWords } from './diff-range.ts';
import { useDiff } from './use-diff.ts';

type Props = {
  taskId: string;
  plan: readonly PlanStep[];
  range: DiffRange;
  /** Changes whenever the files may have changed. */
  version: number;
  onRange: (range: DiffRange) => void;
  onClose: () => void;
};

/** What changed between two moments of the task. */
export function DiffView({ taskId, plan, range, version, onRange, onClose }: Props) {
  const { diff, problem } = useDiff(taskId, range, version);
  const view = useRef<HTMLElement>(null);
  const steps = begunSteps(plan);

  // It opens below the panels, where it may be out of sight: whoever asked for it is taken there.
  useEffect(() => view.current?.focus(), []);

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
        <button type="button" className="button-plain" onClick={onClose}>
          Close
        </button>
      </div>
      {problem && <ProblemNotice problem={problem} />}
      {!diff && !problem && <p className="muted">Loading.</p>}
      {diff?.files.length === 0 && <p className="muted">Nothing was changed.</p>}
      {diff?.files.map((file) => (
        <DiffFileView key={file.path} file={file} />
      ))}
      {diff?.isCut && <p className="muted">There is more than can be shown: the rest was left out.</p>}
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
