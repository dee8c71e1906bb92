import { getRouteApi } from '@tanstack/react-router';
import type { CompareSearch } from '../app/search.ts';
import { DiffFiles } from '../diff/diff-files.tsx';
import { useDiff } from '../diff/use-diff.ts';
import { useTaskWebSocket } from '../live/use-task-web-socket.ts';
import { useTitle } from '../page/use-title.ts';
import { Comparison } from './comparison.tsx';
import { TaskChoice } from './task-choice.tsx';
import '../styles/compare.css';

const route = getRouteApi('/compare');

/** Two tasks side by side, as two forks of one: what each cost and took, what was checked, and how their files differ. */
export function ComparePage() {
  const { left, right } = route.useSearch();
  const navigate = route.useNavigate();
  useTitle('Compare');
  const one = useTaskWebSocket(left ?? null);
  const other = useTaskWebSocket(right ?? null);
  const choose = (change: CompareSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  return (
    <section className="page page-wide" aria-labelledby="compare-heading">
      <h1 id="compare-heading" className="page-title">
        Compare
      </h1>
      <div className="compare-choices">
        <TaskChoice
          label="This one"
          testId="compare-left"
          chosen={left}
          known={one.task}
          kin={other.task}
          onChoose={(id) => choose({ left: id })}
        />
        <TaskChoice
          label="with that one"
          testId="compare-right"
          chosen={right}
          known={other.task}
          kin={one.task}
          onChoose={(id) => choose({ right: id })}
        />
      </div>
      {left && right ? (
        <>
          <Comparison left={one} right={other} />
          <Differences left={left} right={right} version={`${one.task?.seq ?? 0} ${other.task?.seq ?? 0}`} />
        </>
      ) : (
        <div className="empty">
          <p className="empty-title">Two ways to the same goal</p>
          <p className="muted">
            Fork a task at one of its steps, let another agent go on from there, and see here which way was better.
          </p>
        </div>
      )}
    </section>
  );
}

function Differences({ left, right, version }: { left: string; right: string; version: string }) {
  const { diff, problem } = useDiff(left, `?with=${encodeURIComponent(right)}`, version);
  return (
    <section className="panel" aria-label="Differences" data-testid="differences">
      <h2 className="panel-title">What differs in that one’s files</h2>
      <DiffFiles diff={diff} problem={problem} none="Both have the same files." />
    </section>
  );
}
