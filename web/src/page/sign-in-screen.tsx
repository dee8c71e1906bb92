import { Mark } from './page-header.tsx';

/** There is no password to ask for: whoever started the product holds the link. */
export function SignInScreen({ linkFailed }: { linkFailed: boolean }) {
  const example = `${window.location.origin}/sign-in?token=…`;
  return (
    <main className="sign-in" data-testid="sign-in">
      <Mark />
      <h1>Sign in with your link</h1>
      {linkFailed && (
        <p className="notice" data-tone="error" role="alert">
          This sign-in link was used already or has expired.
        </p>
      )}
      <p>
        Use the sign-in link printed by <code>npm start</code>. It is in the terminal where you started Builder AI and
        looks like this:
      </p>
      <p>
        <code className="sign-in-link">{example}</code>
      </p>
      <p className="muted">
        Each link works once. If yours was used before, stop Builder AI, run <code>npm start</code> again and open the
        new one. Your tasks are kept.
      </p>
      <button
        type="button"
        className="button button-primary"
        onClick={() => window.location.assign(toAddressWithoutFailure())}
      >
        I am signed in, try again
      </button>
    </main>
  );
}

/** The same page once more, but not as the one that a failed link led to. */
function toAddressWithoutFailure(): string {
  const address = new URL(window.location.href);
  address.searchParams.delete('sign_in');
  return address.href;
}
