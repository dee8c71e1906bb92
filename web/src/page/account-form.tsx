import { type FormEvent, useState } from 'react';
import { type ShownProblem, toProblem } from '../api/api-problem.ts';
import { ProblemNotice } from './problem-notice.tsx';

const NO_ANSWER: ShownProblem = { title: 'No answer', detail: 'The server cannot be reached. Try again in a moment.' };

/** By e-mail and password: signs in, or, with an invitation, makes the account that it is for. */
export function AccountForm({ invitation }: { invitation: string | null }) {
  const [problem, setProblem] = useState<ShownProblem>();
  const [isSending, setIsSending] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const { email, password } = Object.fromEntries(new FormData(event.currentTarget));
    setIsSending(true);
    setProblem(undefined);
    try {
      const response = await fetch(invitation ? '/sign-up' : '/sign-in', {
        method: 'POST',
        credentials: 'same-origin',
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        body: JSON.stringify({ email, password, ...(invitation && { invitation }) }),
      });
      // Everything anew, as whoever is signed in now.
      if (response.ok) window.location.assign('/');
      else setProblem(await toProblem(response));
    } catch {
      setProblem(NO_ANSWER);
    }
    setIsSending(false);
  }

  return (
    <form className="account-form" onSubmit={submit} data-testid="account-form">
      <label>
        E-mail
        <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password
        <input
          name="password"
          type="password"
          autoComplete={invitation ? 'new-password' : 'current-password'}
          required
          {...(invitation && { minLength: 10 })}
        />
      </label>
      <button type="submit" className="button button-primary" disabled={isSending}>
        {invitation ? 'Make my account' : 'Sign in'}
      </button>
      {problem && <ProblemNotice problem={problem} />}
    </form>
  );
}
