import { AccountForm } from './account-form.tsx';
import { Mark } from './mark.tsx';

/** Whoever started the product holds a link; whoever was invited has a password, or makes one here. */
export function SignInScreen({ linkFailed }: { linkFailed: boolean }) {
  const invitation = new URLSearchParams(window.location.search).get('invitation');
  return invitation ? <InvitedScreen invitation={invitation} /> : <LinkScreen linkFailed={linkFailed} />;
}

function InvitedScreen({ invitation }: { invitation: string }) {
  return (
    <main className="sign-in" data-testid="sign-in">
      <Mark />
      <h1>You are invited</h1>
      <p>Choose a password of 10 characters or more. The invitation works once.</p>
      <AccountForm invitation={invitation} />
    </main>
  );
}

function LinkScreen({ linkFailed }: { linkFailed: boolean }) {
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
      <h2>Or with your password</h2>
      <p className="muted">
        Installed on servers there is no link: the owner takes a password by <code>BUILDER_API_KEY</code> first, as “The
        first sign-in” of docs/installing.md says.
      </p>
      <AccountForm invitation={null} />
    </main>
  );
}

/** The same page once more, but not as the one that a failed link led to. */
function toAddressWithoutFailure(): string {
  const address = new URL(window.location.href);
  address.searchParams.delete('sign_in');
  return address.href;
}
