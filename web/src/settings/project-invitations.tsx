import type { Role } from '@builder-ai/contracts/identity';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../app/client-context.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { toDayAndTime } from '../page/quantities.ts';
import { RoleChoice } from './role-choice.tsx';
import { Secret } from './section.tsx';
import { SettingList } from './setting-list.tsx';
import { useChange } from './use-change.ts';

/** Links by which others join: each works once. */
export function ProjectInvitations({ projectId }: { projectId: string }) {
  const { api } = useClient();
  const [role, setRole] = useState<Role>('editor');
  const key = ['invitations', projectId];
  const query = useQuery({ queryKey: key, queryFn: () => api.listInvitations(projectId) });
  const made = useChange((wanted: Role) => api.createInvitation(projectId, wanted), [key]);
  const revoked = useChange((id: string) => api.revokeInvitation(projectId, id), [key]);
  const problem = made.problem ?? revoked.problem;
  return (
    <>
      <h3>Invitations</h3>
      <SettingList query={query} none="None are open." testId="invitation" toKey={({ id }) => id}>
        {(invitation) => (
          <>
            <span className="setting-what">
              <strong>{invitation.role}</strong>
              <span className="muted">{`until ${toDayAndTime(invitation.expires_at)}`}</span>
            </span>
            <button
              type="button"
              className="button"
              disabled={revoked.isPending}
              onClick={() => revoked.change(invitation.id)}
            >
              Take back
            </button>
          </>
        )}
      </SettingList>
      {made.answer && (
        <Secret
          label="The invitation’s link."
          text={`${window.location.origin}${made.answer.path}`}
          onClose={made.forget}
        />
      )}
      <div className="row">
        <RoleChoice label="Role of who is invited" role={role} onChoose={setRole} />
        <button
          type="button"
          className="button"
          data-testid="invite"
          disabled={made.isPending}
          onClick={() => made.change(role)}
        >
          Make an invitation
        </button>
      </div>
      {problem && <ProblemNotice problem={problem} />}
    </>
  );
}
