import { useQuery } from '@tanstack/react-query';
import { useClient } from '../app/client-context.ts';
import { toPlainText } from '../page/plain-text.ts';
import { toDayAndTime } from '../page/quantities.ts';
import { Section } from './section.tsx';
import { SettingList } from './setting-list.tsx';

/** What was done to accounts, keys and roles. */
export function AuditSection() {
  const { api } = useClient();
  const query = useQuery({ queryKey: ['audit'], queryFn: api.readAudit });
  const { data: users = [] } = useQuery({ queryKey: ['users'], queryFn: api.listUsers });
  const nameOf = (id: string | null) => users.find((user) => user.id === id)?.name ?? id ?? 'nobody signed in';
  return (
    <Section title="Audit log" about="The last hundred entries, newest first.">
      <SettingList query={query} none="Nothing yet." testId="audit-entry" toKey={({ id }) => id}>
        {({ at, action, actor_id, subject, address }) => (
          <span className="setting-what">
            <strong>{action.replaceAll('_', ' ')}</strong>
            <span className="muted">
              {toPlainText(
                [
                  `${toDayAndTime(at)} by ${nameOf(actor_id)}`,
                  subject && subject !== actor_id && `on ${nameOf(subject)}`,
                  address && `from ${address}`,
                ]
                  .filter(Boolean)
                  .join(', '),
              )}
            </span>
          </span>
        )}
      </SettingList>
    </Section>
  );
}
