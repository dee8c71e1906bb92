import { useQuery } from '@tanstack/react-query';
import { useClient } from '../app/client-context.ts';
import { toPlainText } from '../page/plain-text.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { toDayAndTime } from '../page/quantities.ts';
import { Section } from './section.tsx';
import { SettingList } from './setting-list.tsx';
import { useChange } from './use-change.ts';

/** Where the reader is signed in. */
export function SessionsSection() {
  const { api } = useClient();
  const query = useQuery({ queryKey: ['sessions'], queryFn: api.listSessions });
  const { change, isPending, problem } = useChange(api.revokeSession, [['sessions']]);
  return (
    <Section title="Signed in" about="A session that is ended is signed out within seconds.">
      <SettingList query={query} none="Nowhere: you came in by a key." testId="session" toKey={({ id }) => id}>
        {({ id, user_agent, address, created_at, current }) => (
          <>
            <span className="setting-what">
              <strong>{toBrowser(user_agent)}</strong>
              <span className="muted">{`since ${toDayAndTime(created_at)}${address ? `, from ${address}` : ''}`}</span>
            </span>
            {current ? (
              <span className="muted">this one</span>
            ) : (
              <button type="button" className="button" disabled={isPending} onClick={() => change(id)}>
                End
              </button>
            )}
          </>
        )}
      </SettingList>
      {problem && <ProblemNotice problem={problem} />}
    </Section>
  );
}

const BROWSERS = ['Edg', 'OPR', 'Firefox', 'HeadlessChrome', 'Chrome', 'Safari'];
const NAMES: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', HeadlessChrome: 'Chrome without a window' };

/** What a person knows their browser by; what is no browser says its own name. */
function toBrowser(userAgent: string | null): string {
  if (!userAgent) return 'Unknown program';
  const found = BROWSERS.find((name) => userAgent.includes(`${name}/`));
  const system = /\((?:X11; )?([^;)]+)/.exec(userAgent)?.[1];
  if (!found) return toPlainText(userAgent.slice(0, 80));
  return toPlainText(`${NAMES[found] ?? found}${system ? ` on ${system}` : ''}`);
}
