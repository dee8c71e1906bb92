import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { toShownProblem } from '../api/api-problem.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';

/** Instead of a page that could not be drawn, or whose part of the client could not be loaded. */
export function BrokenPage({ error }: ErrorComponentProps) {
  return (
    <section className="page">
      <ProblemNotice problem={toShownProblem(error)}>
        <button type="button" className="button" onClick={() => window.location.reload()}>
          Load the page anew
        </button>
      </ProblemNotice>
    </section>
  );
}

export function NoSuchPage() {
  return (
    <section className="page" data-testid="no-such-page">
      <div className="empty">
        <p className="empty-title">There is no such page</p>
        <p>
          <Link to="/">To the start</Link>
        </p>
      </div>
    </section>
  );
}
