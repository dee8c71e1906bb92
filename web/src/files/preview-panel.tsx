import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../app/client-context.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import '../styles/preview.css';

/** The page that a preview address answers with by itself. */
export const PAGE = 'index.html';

const WIDTHS = { phone: 'Phone', tablet: 'Tablet', full: 'Full width' };
type Width = keyof typeof WIDTHS;

/**
 * The built page as it is, with its scripts: it runs in an origin of its own, which has no cookies and cannot reach this
 * page. It is sandboxed twice, by this frame and by the answer's own policy.
 */
export function PreviewPanel({ taskId, version }: { taskId: string; version: string }) {
  const { api } = useClient();
  const [width, setWidth] = useState<Width>('full');
  const [round, setRound] = useState(0);
  const { data, error } = useQuery({
    queryKey: ['preview', taskId],
    queryFn: async () => toOwnAddress((await api.findPreview(taskId)).url),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <section className="panel" aria-label="Preview">
      <div className="preview-bar">
        <fieldset className="choices">
          <legend className="visually-hidden">Width</legend>
          {Object.entries(WIDTHS).map(([name, words]) => (
            <button
              key={name}
              type="button"
              className="chip"
              aria-pressed={name === width}
              onClick={() => setWidth(name as Width)}
            >
              {words}
            </button>
          ))}
        </fieldset>
        <button type="button" className="button-plain" onClick={() => setRound(round + 1)}>
          Load anew
        </button>
        {data && (
          <a href={data} target="_blank" rel="noopener noreferrer" data-testid="preview-link">
            Open in a tab of its own
          </a>
        )}
      </div>
      {error && <ProblemNotice problem={toShownProblem(error)} />}
      {data && (
        <iframe
          key={`${version} ${round}`}
          className="preview-frame"
          data-width={width}
          data-testid="preview-frame"
          title="The page that was built"
          src={data}
          sandbox="allow-scripts allow-forms allow-modals"
          referrerPolicy="no-referrer"
        />
      )}
    </section>
  );
}

/** Only an address of this origin is shown, whatever the answer says. */
function toOwnAddress(address: string): string | null {
  const url = new URL(address, window.location.origin);
  return url.origin === window.location.origin ? url.pathname : null;
}
