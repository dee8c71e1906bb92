import type { Scope } from '@builder-ai/contracts/identity';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useClient } from '../app/client-context.ts';
import { ConfirmButton } from '../page/confirm-button.tsx';
import { toPlainText } from '../page/plain-text.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { toDayAndTime } from '../page/quantities.ts';
import { Secret, Section } from './section.tsx';
import { SettingList } from './setting-list.tsx';
import { Ticks } from './ticks.tsx';
import { useChange } from './use-change.ts';

const SCOPE_WORDS: Record<Scope, string> = {
  read: 'Read tasks and files',
  run: 'Make, run and steer tasks',
  admin: 'Change accounts, keys and projects',
};

/** For programs that act in the reader's name. */
export function KeysSection() {
  const { api } = useClient();
  const query = useQuery({ queryKey: ['keys'], queryFn: api.listKeys });
  const revoke = useChange(api.revokeKey, [['keys']]);
  return (
    <Section
      title="API keys"
      about="Programs send one as Authorization: Bearer. A key may do what is ticked, and never more than you."
    >
      <SettingList query={query} none="None yet." testId="api-key" toKey={({ id }) => id}>
        {({ id, name, prefix, scopes, expires_at, last_used_at }) => (
          <>
            <span className="setting-what">
              <strong>{toPlainText(name)}</strong>
              <span className="muted">
                <code>{prefix}…</code> {scopes.join(', ')}.{' '}
                {expires_at ? `Until ${toDayAndTime(expires_at)}.` : 'Without an end.'}{' '}
                {last_used_at ? `Last used ${toDayAndTime(last_used_at)}.` : 'Not used yet.'}
              </span>
            </span>
            <ConfirmButton
              testId="revoke-key"
              label={`Take away the key ${name}`}
              disabled={revoke.isPending}
              question="Programs that use this key stop working at once. Take it away?"
              yes="Take it away"
              no="Keep it"
              onConfirm={() => revoke.change(id)}
            >
              Take away
            </ConfirmButton>
          </>
        )}
      </SettingList>
      {revoke.problem && <ProblemNotice problem={revoke.problem} />}
      <NewKey />
    </Section>
  );
}

function NewKey() {
  const { api } = useClient();
  const { change, isPending, problem, answer, forget } = useChange(api.createKey, [['keys']]);
  const [scopes, setScopes] = useState<readonly Scope[]>(['read', 'run']);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const { name, days } = Object.fromEntries(new FormData(form)) as Record<string, string>;
    change(
      { name: name ?? '', scopes: [...scopes], ...(days && { expires_in_days: Number(days) }) },
      { onSuccess: () => form.reset() },
    );
  }

  return (
    <>
      {answer && <Secret label={`The key “${answer.name}”.`} text={answer.key} onClose={forget} />}
      <form className="setting-form" onSubmit={submit} aria-label="A new key">
        <label className="choice">
          <span className="choice-label">Name of a new key</span>
          <input className="field" name="name" maxLength={100} required autoComplete="off" />
        </label>
        <label className="choice choice-short">
          <span className="choice-label">Ends after</span>
          <select className="select" name="days" defaultValue="90">
            <option value="30">30 days</option>
            <option value="90">90 days</option>
            <option value="365">a year</option>
            <option value="">never</option>
          </select>
        </label>
        <Ticks legend="It may" words={SCOPE_WORDS} chosen={scopes} onChoose={setScopes} />
        <button
          type="submit"
          className="button button-primary"
          data-testid="create-key"
          disabled={isPending || scopes.length === 0}
        >
          Make a key
        </button>
      </form>
      {problem && <ProblemNotice problem={problem} />}
    </>
  );
}
