import type { ShownProblem } from '../api/api-problem.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { DiffFileView } from './diff-file-view.tsx';
import type { Diff } from './parse-diff.ts';
import '../styles/diff.css';

type Props = { diff: Diff | null; problem: ShownProblem | null; none: string };

/** File after file, what changed. */
export function DiffFiles({ diff, problem, none }: Props) {
  return (
    <>
      {problem && <ProblemNotice problem={problem} />}
      {!diff && !problem && <p className="muted">Loading.</p>}
      {diff?.files.length === 0 && <p className="muted">{none}</p>}
      {diff && diff.files.length > 0 && <DiffSum diff={diff} />}
      {diff?.files.map((file) => (
        <DiffFileView key={file.path} file={file} />
      ))}
      {diff?.isCut && <p className="muted">There is more than can be shown: the rest was left out.</p>}
    </>
  );
}

function DiffSum({ diff: { files } }: { diff: Diff }) {
  const added = files.reduce((sum, file) => sum + file.added, 0);
  const removed = files.reduce((sum, file) => sum + file.removed, 0);
  return (
    <p className="diff-counts" data-testid="diff-sum">
      {`${files.length} ${files.length === 1 ? 'file' : 'files'} `}
      <span className="diff-added">+{added}</span> <span className="diff-removed">−{removed}</span>
    </p>
  );
}
