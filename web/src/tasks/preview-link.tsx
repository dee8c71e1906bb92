import { useEffect, useState } from 'react';
import { useClient } from '../client-context.ts';

/** Opens the built page as it is, with its scripts: it runs in an origin of its own, which cannot reach this page. */
export function PreviewLink({ taskId }: { taskId: string }) {
  const { api } = useClient();
  const [address, setAddress] = useState<string | null>(null);

  useEffect(() => {
    let isCurrent = true;
    api
      .findPreview(taskId)
      .then(({ url }) => isCurrent && setAddress(toOwnAddress(url)))
      // Without an address there is no link; the files themselves say what is wrong, if anything is.
      .catch(() => undefined);
    return () => {
      isCurrent = false;
    };
  }, [api, taskId]);

  if (!address) return null;
  return (
    <a className="preview-link" href={address} target="_blank" rel="noopener noreferrer" data-testid="preview-link">
      Open the page that was built
    </a>
  );
}

/** Only an address of this origin becomes a link, whatever the answer says. */
function toOwnAddress(address: string): string | null {
  const url = new URL(address, window.location.origin);
  return url.origin === window.location.origin ? url.pathname : null;
}
