import { useState } from 'react';
import { useClient } from '../app/client-context.ts';
import { ConfirmButton } from '../page/confirm-button.tsx';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { Section } from './section.tsx';
import { useChange } from './use-change.ts';

/** The reader leaves for good; the password says that it is the reader who wants it. */
export function DeleteAccount() {
  const { api } = useClient();
  const [password, setPassword] = useState('');
  const { change, isPending, problem } = useChange(api.deleteAccount, []);
  return (
    <Section
      title="Delete the account"
      about="Your tasks, your keys and projects that nobody else is in go with it. What you made in projects of others stays there."
    >
      <div className="setting-form">
        <label className="choice">
          <span className="choice-label">Your password</span>
          <input
            className="field"
            type="password"
            name="password-to-delete"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </label>
        <ConfirmButton
          testId="delete-account"
          disabled={isPending || password === ''}
          question="Delete your account and all your tasks? There is no way back."
          yes="Delete my account"
          no="Keep it"
          onConfirm={() => change(password, { onSuccess: () => window.location.assign('/') })}
        >
          Delete my account
        </ConfirmButton>
      </div>
      {problem && <ProblemNotice problem={problem} />}
    </Section>
  );
}
