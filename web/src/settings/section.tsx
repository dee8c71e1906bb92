import type { ReactNode } from 'react';
import type { ShownProblem } from '../api/api-problem.ts';
import { toShownProblem } from '../api/api-problem.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';

type SectionProps = { title: string; about?: ReactNode; children: ReactNode };

/** One subject of the settings, with what is to be known of it. */
export function Section({ title, about, children }: SectionProps) {
  return (
    <section className="setting" aria-label={title}>
      <h2>{title}</h2>
      {about && <p className="muted setting-about">{about}</p>}
      {children}
    </section>
  );
}

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
    const problem: ShownProblem = toShownProblem(error);
    return (
      <ProblemNotice problem={problem}>
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

type SecretProps = { label: string; text: string; onClose: () => void };

/** What is shown once and never again. */
export function Secret({ label, text, onClose }: SecretProps) {
  return (
    <div className="secret" data-testid="secret">
      <p>
        <strong>{label}</strong> It is shown this once: keep it now.
      </p>
      <code>{text}</code>
      <div className="row">
        <button type="button" className="button" onClick={() => void navigator.clipboard?.writeText(text)}>
          Copy
        </button>
        <button type="button" className="button-plain" onClick={onClose}>
          I have kept it
        </button>
      </div>
    </div>
  );
}
