import type { WorkspaceFile } from '@builder-ai/contracts/task';
import { useEffect, useRef, useState } from 'react';
import { filePath } from '../api/api.ts';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../client-context.ts';
import { toPlainText } from '../page/plain-text.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { toSize } from '../page/quantities.ts';
import { useTakenFocus } from '../page/use-taken-focus.ts';
import { toFileText } from './file-text.ts';

/** A bigger file is not read into the page at all; it can still be opened or downloaded. */
const SHOWN_BYTES = 1_000_000;

type Props = {
  taskId: string;
  file: WorkspaceFile;
  /** Changes whenever the file may have changed. */
  version: number;
  onClose: () => void;
};

/** A file's content as text: never as markup, whatever its type. */
export function FileView({ taskId, file, version, onClose }: Props) {
  const { api } = useClient();
  const isTooBig = file.size > SHOWN_BYTES;
  const view = useRef<HTMLElement>(null);
  const [content, setContent] = useState<string | null>();
  const [problem, setProblem] = useState<ShownProblem | null>(null);

  // It opens below the panels, where it may be out of sight.
  useTakenFocus(view);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is the reason to read again
  useEffect(() => {
    if (isTooBig) return;
    let isCurrent = true;
    api.readFile(taskId, file.path).then(
      (bytes) => isCurrent && setContent(toFileText(bytes)),
      (error) => isCurrent && setProblem(toShownProblem(error)),
    );
    return () => {
      isCurrent = false;
    };
  }, [api, taskId, file.path, isTooBig, version]);

  const reason = isTooBig ? `${toSize(file.size)} is too much to show here.` : content === null && 'Not a text file.';
  return (
    <section ref={view} tabIndex={-1} className="file-view" data-testid="file-view" aria-label={`File ${file.path}`}>
      <div className="file-view-head">
        <strong>{file.path}</strong>
        <a href={filePath(taskId, file.path)} target="_blank" rel="noopener noreferrer">
          Open
        </a>
        <button type="button" className="button-plain" onClick={onClose}>
          Close
        </button>
      </div>
      {problem && <ProblemNotice problem={problem} />}
      {reason && <p className="muted">{reason}</p>}
      {typeof content === 'string' && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must take the focus to be scrolled by keys
        <pre className="file-text" tabIndex={0}>
          <code>{toPlainText(content)}</code>
        </pre>
      )}
    </section>
  );
}
