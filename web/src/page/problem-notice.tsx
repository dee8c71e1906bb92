import type { ReactNode } from 'react';
import type { ShownProblem } from '../api/api-problem.ts';

type Props = { problem: ShownProblem; children?: ReactNode };

/** An error in plain words, with the request's id, by which it can be found in the server's log. */
export function ProblemNotice({ problem, children }: Props) {
  return (
    <div className="notice" data-tone="error" data-testid="problem" role="alert">
      <p>
        <strong>{problem.title}.</strong> {problem.detail}
      </p>
      {problem.errors && problem.errors.length > 0 && (
        <ul>
          {problem.errors.map((fault) => (
            <li key={`${fault.field} ${fault.message}`}>
              <code>{fault.field}</code> {fault.message}
            </li>
          ))}
        </ul>
      )}
      {problem.request_id && (
        <p className="notice-small">
          Request id <code>{problem.request_id}</code>
        </p>
      )}
      {children}
    </div>
  );
}
