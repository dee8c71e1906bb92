import type { ReactNode } from 'react';
import { toShownProblem } from '../api/api-problem.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import '../styles/setting-list.css';

type ListProps<Row> = {
  query: { data: readonly Row[] | undefined; error: Error | null; refetch: () => unknown };
  none: string;
  testId: string;
  toKey: (row: Row) => string | number;
  children: (row: Row) => ReactNode;
};

/** A list that is loading, cannot be had, is empty, or is there. */
export function SettingList<Row>({ query: { data, error, refetch }, none, testId, toKey, children }: ListProps<Row>) {
  if (error) {
    return (
      <ProblemNotice problem={toShownProblem(error)}>
        <button type="button" className="button" onClick={() => void refetch()}>
          Try again
        </button>
      </ProblemNotice>
    );
  }
  if (!data) return <p className="muted">Loading.</p>;
  if (data.length === 0) return <p className="muted">{none}</p>;
  return (
    <ul className="setting-list">
      {data.map((row) => (
        <li key={toKey(row)} data-testid={testId}>
          {children(row)}
        </li>
      ))}
    </ul>
  );
}
