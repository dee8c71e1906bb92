import type { TaskWatch } from '@builder-ai/client/live-connection';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { toDollars } from '../money/dollars.ts';
import { toPlainText } from '../page/plain-text.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { toDayAndTime, toDurationOfMs } from '../page/quantities.ts';
import { agentName, statusWords } from '../tasks/task-words.ts';
import { type TaskFigures, toFigures } from './task-figures.ts';

type Line = {
  name: string;
  show: (figures: TaskFigures) => ReactNode;
  /** What is better where it is less, once both are done. */
  better?: (figures: TaskFigures) => number;
};

const LINES: Line[] = [
  { name: 'Built by', show: ({ agents }) => agents.map(agentName).join(', ') || 'nobody yet' },
  { name: 'Steps done', show: ({ done, steps }) => `${done} of ${steps}` },
  { name: 'Cost', show: ({ costMicroUsd }) => toDollars(costMicroUsd), better: ({ costMicroUsd }) => costMicroUsd },
  { name: 'Time at work', show: ({ workMs }) => toDurationOfMs(workMs) || 'none yet', better: ({ workMs }) => workMs },
  { name: 'Checks', show: toChecks },
  { name: 'Reviews', show: toReviews },
  { name: 'Steps begun anew', show: ({ again }) => again },
];

/** Figure by figure; where less is better and both are done, the lesser one is marked. */
export function Comparison({ left, right }: { left: TaskWatch; right: TaskWatch }) {
  const sides = [
    { side: 'left', watch: left, figures: toFigures(left) },
    { side: 'right', watch: right, figures: toFigures(right) },
  ];
  return (
    <div className="table-box">
      <table className="compare-table" data-testid="comparison">
        <thead>
          <tr>
            <td />
            {sides.map(({ side, watch }) => (
              <th key={side} scope="col">
                <Name watch={watch} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {LINES.map(({ name, show, better }) => {
            const least = better && lesser(sides.map(({ figures }) => (figures?.isDone ? better(figures) : null)));
            return (
              <tr key={name} data-line={name}>
                <th scope="row">{name}</th>
                {sides.map(({ side, figures }, index) => (
                  <td key={side} data-best={least === index}>
                    {figures && show(figures)}
                    {least === index && <span className="compare-best">, less</span>}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Name({ watch: { task, problem } }: { watch: TaskWatch }) {
  if (problem && !task) return <ProblemNotice problem={problem} />;
  if (!task) return 'Loading.';
  return (
    <span className="stack-small">
      <Link to="/task/$taskId" params={{ taskId: task.id }}>
        {toPlainText(task.title)}
      </Link>
      <span className="muted compare-origin">
        {`${task.forked_from ? 'Fork, ' : ''}${toDayAndTime(task.created_at)}`}
      </span>
      <span>
        <span className="status" data-status={task.status}>
          {statusWords(task)}
        </span>
      </span>
    </span>
  );
}

/** Which of two is less; undefined when they are the same, or one is not known. */
function lesser([one, other]: readonly (number | null)[]): number | undefined {
  if (typeof one !== 'number' || typeof other !== 'number' || one === other) return undefined;
  return one < other ? 0 : 1;
}

function toChecks({ passed, failed }: TaskFigures): string {
  if (passed + failed === 0) return 'none were run';
  return failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} failed`;
}

function toReviews({ approved, sentBack, unreviewed }: TaskFigures): string {
  const parts = [
    approved > 0 && `${approved} approved`,
    sentBack > 0 && `${sentBack} sent back`,
    unreviewed > 0 && `${unreviewed} not reviewed`,
  ].filter(Boolean);
  return parts.join(', ') || 'no reviewer';
}
