import { useQuery } from '@tanstack/react-query';
import { useClient } from '../app/client-context.ts';
import { ConfirmButton } from '../page/confirm-button.tsx';
import { toPlainText } from '../page/plain-text.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { toDayAndTime } from '../page/quantities.ts';
import { Section } from './section.tsx';
import { SettingList } from './setting-list.tsx';
import { useChange } from './use-change.ts';

type Wish = { id: string; disabled: boolean };

/** Everybody with an account here. */
export function PeopleSection() {
  const { api } = useClient();
  const query = useQuery({ queryKey: ['users'], queryFn: api.listUsers });
  const { change, isPending, problem } = useChange(
    ({ id, disabled }: Wish) => api.setDisabled(id, disabled),
    [['users']],
  );
  const deletion = useChange(api.deleteUser, [['users']]);
  return (
    <Section
      title="People"
      about="Others come in by an invitation to a project. Who is shut out is signed out everywhere within seconds; their tasks stay."
    >
      <SettingList query={query} none="Nobody." testId="person" toKey={({ id }) => id}>
        {({ id, name, email, is_owner, disabled, created_at }) => (
          <>
            <span className="setting-what">
              <strong>{toPlainText(name)}</strong>
              <span className="muted">
                {[email, `since ${toDayAndTime(created_at)}`, disabled && 'shut out'].filter(Boolean).join(', ')}
              </span>
            </span>
            {is_owner ? (
              <span className="muted">owner of this installation</span>
            ) : (
              <>
                <button
                  type="button"
                  className="button"
                  disabled={isPending}
                  onClick={() => change({ id, disabled: !disabled })}
                >
                  {disabled ? 'Let in again' : 'Shut out'}
                </button>
                <ConfirmButton
                  testId="delete-person"
                  label={`Delete ${toPlainText(name)}`}
                  disabled={deletion.isPending}
                  question="Delete this account with all tasks of the personal project? There is no way back."
                  yes="Delete the account"
                  no="Keep it"
                  onConfirm={() => deletion.change(id)}
                >
                  Delete
                </ConfirmButton>
              </>
            )}
          </>
        )}
      </SettingList>
      {problem && <ProblemNotice problem={problem} />}
      {deletion.problem && <ProblemNotice problem={deletion.problem} />}
    </Section>
  );
}
