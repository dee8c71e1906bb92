import { type FormEvent, useState } from 'react';
import { useClient } from '../app/client-context.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { readTheme, THEMES, type Theme, writeTheme } from '../page/theme.ts';
import { DeleteAccount } from './delete-account.tsx';
import { Section } from './section.tsx';
import { useChange } from './use-change.ts';
import { useMe } from './use-me.ts';

/** Who is signed in, by what, and how the pages look. */
export function ProfileSection() {
  const { me, user } = useMe();
  return (
    <>
      <Section title="Profile">
        <dl className="facts">
          {user && (
            <>
              <dt>Name</dt>
              <dd>{user.name}</dd>
              <dt>E-mail</dt>
              <dd>{user.email ?? 'none: you came in by the link'}</dd>
            </>
          )}
          <dt>User id</dt>
          <dd>
            <code>{me?.user_id ?? '…'}</code>
          </dd>
        </dl>
        <SignOut />
      </Section>
      <ThemeChoice />
      {user?.email === null ? <AddAccount /> : <ChangePassword />}
      {me && !user?.is_owner && <DeleteAccount />}
    </>
  );
}

function SignOut() {
  const { api } = useClient();
  const { change, isPending, problem } = useChange(() => api.signOut().then(() => window.location.assign('/')), []);
  return (
    <>
      <div className="row">
        <button type="button" className="button" data-testid="sign-out" disabled={isPending} onClick={() => change()}>
          Sign out
        </button>
      </div>
      {problem && <ProblemNotice problem={problem} />}
    </>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useState(readTheme);
  const choose = (wanted: Theme) => {
    writeTheme(wanted);
    setTheme(wanted);
  };
  return (
    <Section title="Looks">
      <fieldset className="choices">
        <legend className="visually-hidden">Light or dark</legend>
        {Object.entries(THEMES).map(([name, words]) => (
          <button
            key={name}
            type="button"
            className="chip"
            aria-pressed={name === theme}
            onClick={() => choose(name as Theme)}
          >
            {words}
          </button>
        ))}
      </fieldset>
    </Section>
  );
}

function AddAccount() {
  const { api } = useClient();
  const { change, isPending, problem, answer } = useChange(api.addAccount, [['users']]);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const { email, password } = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    change({ email: email ?? '', password: password ?? '' });
  }
  return (
    <Section title="A password of your own" about="With it you sign in without a link, from anywhere.">
      <form className="setting-form" onSubmit={submit}>
        <Field label="E-mail" name="email" type="email" autoComplete="username" />
        <Field label="Password, 10 characters or more" name="password" autoComplete="new-password" minLength={10} />
        <button type="submit" className="button button-primary" disabled={isPending}>
          Set it
        </button>
      </form>
      {problem && <ProblemNotice problem={problem} />}
      {answer !== null && <p role="status">It is set.</p>}
    </Section>
  );
}

function ChangePassword() {
  const { api } = useClient();
  const [isDone, setIsDone] = useState(false);
  const { change, isPending, problem } = useChange(api.changePassword, [['sessions']]);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const { before, after } = Object.fromEntries(new FormData(form)) as Record<string, string>;
    const onSuccess = () => {
      form.reset();
      setIsDone(true);
    };
    change({ current_password: before ?? '', password: after ?? '' }, { onSuccess });
  }
  return (
    <Section title="Password" about="A new one signs you out everywhere else. Keys stay as they are.">
      <form className="setting-form" onSubmit={submit}>
        <Field label="The password so far" name="before" autoComplete="current-password" />
        <Field label="The new one, 10 characters or more" name="after" autoComplete="new-password" minLength={10} />
        <button type="submit" className="button" disabled={isPending}>
          Change it
        </button>
      </form>
      {problem && <ProblemNotice problem={problem} />}
      {isDone && !problem && <p role="status">It is changed.</p>}
    </Section>
  );
}

type FieldProps = { label: string; name: string; type?: string; autoComplete: string; minLength?: number };

function Field({ label, type = 'password', ...field }: FieldProps) {
  return (
    <label className="choice">
      <span className="choice-label">{label}</span>
      <input className="field" type={type} required {...field} />
    </label>
  );
}
