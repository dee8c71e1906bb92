import type { WorkspaceFile } from '@builder-ai/contracts/task';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { filePath } from '../api/api.ts';
import { toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../app/client-context.ts';
import { toPlainText } from '../page/plain-text.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { toSize } from '../page/quantities.ts';
import { useTakenFocus } from '../page/use-taken-focus.ts';
import { FileLines } from './file-lines.tsx';
import { toFileText } from './file-text.ts';
import '../styles/file-view.css';

/** A bigger file is not read into the page at all; it can still be opened or downloaded. */
const SHOWN_BYTES = 20_000_000;

type Props = {
  taskId: string;
  file: WorkspaceFile;
  /** Which moment's file it is; null for now. */
  commit: string | null;
  /** Changes whenever the file may have changed. */
  version: string;
};

/** A file's content as text: never as markup, whatever its type. */
export function FileView({ taskId, file, commit, version }: Props) {
  const { api } = useClient();
  const isTooBig = file.size > SHOWN_BYTES;
  const view = useRef<HTMLElement>(null);
  useTakenFocus(view);

  const { data: bytes, error } = useQuery({
    queryKey: ['file', taskId, file.path, version],
    queryFn: () => api.readFile(taskId, file.path, commit),
    enabled: !isTooBig,
    staleTime: Number.POSITIVE_INFINITY,
    // What is big is not kept once nobody looks at it.
    gcTime: 10_000,
  });
  const content = useMemo(() => bytes && toFileText(bytes), [bytes]);
  const reason = isTooBig ? `${toSize(file.size)} is too much to show here.` : content === null && 'Not a text file.';
  return (
    <section ref={view} tabIndex={-1} className="file-view" data-testid="file-view" aria-label={`File ${file.path}`}>
      <div className="file-view-head">
        <strong>{toPlainText(file.path)}</strong>
        <span className="muted">
          {content && `${content.lines.length.toLocaleString()} lines, `}
          {toSize(file.size)}
        </span>
        <a href={filePath(taskId, file.path, commit)} target="_blank" rel="noopener noreferrer">
          Open
        </a>
      </div>
      {error && <ProblemNotice problem={toShownProblem(error)} />}
      {reason && <p className="muted">{reason}</p>}
      {!content && !reason && !error && <p className="muted">Loading.</p>}
      {content && <FileLines path={file.path} content={content} />}
    </section>
  );
}
