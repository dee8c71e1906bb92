import { lazy, Suspense } from 'react';
import { archivePath } from '../api/api.ts';
import { toPlainText } from '../page/plain-text.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { toSize } from '../page/quantities.ts';
import { Rows } from '../rows/rows.tsx';
import type { Workspace } from './use-files.ts';
import '../styles/files.css';

// With the highlighter, which nobody needs before a file is opened.
const FileView = lazy(() => import('./file-view.tsx').then((module) => ({ default: module.FileView })));

const FILE_PIXELS = 36;

type Props = {
  taskId: string;
  workspace: Workspace;
  openPath: string | null;
  onOpen: (path: string) => void;
};

/** What was made: to look at one by one, or to take away whole. */
export function FilesPanel({ taskId, workspace, openPath, onOpen }: Props) {
  const { files, problem, commit, version } = workspace;
  const hasFiles = files !== null && files.length > 0;
  const openFile = files?.find((file) => file.path === openPath) ?? null;
  return (
    <section className="panel" aria-label="Files">
      <h4>
        Files {hasFiles && <span className="panel-count">{files.length.toLocaleString()}</span>}
        {hasFiles && commit === null && (
          <a className="panel-action" href={archivePath(taskId)} download data-testid="download-archive">
            Download zip
          </a>
        )}
      </h4>
      {problem && <ProblemNotice problem={problem} />}
      {!hasFiles && !problem && <p className="muted">{files ? 'None yet.' : 'Loading.'}</p>}
      {hasFiles && (
        <div className="files-columns">
          <Rows
            rows={files}
            label="File names"
            className="files-box"
            listClassName="files"
            toKey={({ path }) => path}
            toItem={() => ({})}
            rowPixels={FILE_PIXELS}
          >
            {(file) => (
              <button
                type="button"
                className="file"
                data-testid="task-file"
                aria-pressed={file.path === openPath}
                onClick={() => onOpen(file.path)}
              >
                <FileName path={toPlainText(file.path)} />
                <span className="file-size">{toSize(file.size)}</span>
              </button>
            )}
          </Rows>
          {openFile ? (
            <Suspense fallback={<p className="muted">Loading.</p>}>
              <FileView
                key={`${openFile.path} ${version}`}
                taskId={taskId}
                file={openFile}
                commit={commit}
                version={version}
              />
            </Suspense>
          ) : (
            <p className="files-none muted">Choose a file to read it here.</p>
          )}
        </div>
      )}
    </section>
  );
}

/** The name stands out from the folders that it is in. */
function FileName({ path }: { path: string }) {
  const at = path.lastIndexOf('/') + 1;
  return (
    <span className="file-path">
      {at > 0 && <span className="file-folder">{path.slice(0, at)}</span>}
      {path.slice(at)}
    </span>
  );
}
