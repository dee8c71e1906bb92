import { archivePath } from '../api/api.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { toSize } from '../page/quantities.ts';
import { PreviewLink } from './preview-link.tsx';
import type { Workspace } from './use-files.ts';

/** The page that a preview address answers with by itself. */
const PAGE = 'index.html';

type Props = {
  taskId: string;
  workspace: Workspace;
  openPath: string | null;
  onOpen: (path: string | null) => void;
};

/** What was made: to look at one by one, or to take away whole. */
export function FilesPanel({ taskId, workspace: { files, problem }, openPath, onOpen }: Props) {
  const hasFiles = files !== null && files.length > 0;
  return (
    <section className="panel" aria-label="Files">
      <h4>
        Files {hasFiles && <span className="panel-count">{files.length}</span>}
        {hasFiles && (
          <a className="panel-action" href={archivePath(taskId)} download data-testid="download-archive">
            Download zip
          </a>
        )}
      </h4>
      {problem && <ProblemNotice problem={problem} />}
      {!hasFiles && !problem && <p className="muted">{files ? 'None yet.' : 'Loading.'}</p>}
      {hasFiles && files.some((file) => file.path === PAGE) && <PreviewLink taskId={taskId} />}
      {hasFiles && (
        <ul className="files">
          {files.map((file) => (
            <li key={file.path}>
              <button
                type="button"
                className="file"
                data-testid="task-file"
                aria-expanded={file.path === openPath}
                onClick={() => onOpen(file.path === openPath ? null : file.path)}
              >
                <span className="file-path">{file.path}</span>
                <span className="file-size">{toSize(file.size)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
