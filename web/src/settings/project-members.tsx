import type { Role } from '@builder-ai/contracts/identity';
import { useQuery } from '@tanstack/react-query';
import type { Member, Project } from '../api/account-calls.ts';
import { useClient } from '../app/client-context.ts';
import { ConfirmButton } from '../page/confirm-button.tsx';
import { toPlainText } from '../page/plain-text.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { ProjectInvitations } from './project-invitations.tsx';
import { RoleChoice } from './role-choice.tsx';
import { SettingList } from './setting-list.tsx';
import { useChange } from './use-change.ts';
import { useMe } from './use-me.ts';

/** Who is in a project. Owners change that; everybody may leave. */
export function ProjectMembers({ project }: { project: Project }) {
  const { api } = useClient();
  const { me } = useMe();
  const isOwner = project.role === 'owner';
  const members = ['members', project.id];
  const query = useQuery({ queryKey: members, queryFn: () => api.listMembers(project.id) });
  const changed = [members, ['projects']];
  const role = useChange(
    (wish: { userId: string; role: Role }) => api.changeRole(project.id, wish.userId, wish.role),
    changed,
  );
  const removal = useChange((userId: string) => api.removeMember(project.id, userId), changed);
  const problem = role.problem ?? removal.problem;
  const canRemove = (member: Member) => isOwner || member.user_id === me?.user_id;
  return (
    <>
      <SettingList query={query} none="Nobody." testId="member" toKey={({ user_id }) => user_id}>
        {(member) => (
          <>
            <span className="setting-what">
              <strong>{toPlainText(member.name)}</strong>
              {member.email && <span className="muted">{member.email}</span>}
            </span>
            <RoleChoice
              label={`Role of ${member.name}`}
              role={member.role}
              disabled={!isOwner || role.isPending}
              onChoose={(wanted) => role.change({ userId: member.user_id, role: wanted })}
            />
            {canRemove(member) && (
              <ConfirmButton
                testId="remove-member"
                label={`Remove ${member.name}`}
                disabled={removal.isPending}
                question={`${member.name} sees this project’s tasks no more. Go on?`}
                yes="Remove"
                no="Leave it"
                onConfirm={() => removal.change(member.user_id)}
              >
                {member.user_id === me?.user_id ? 'Leave' : 'Remove'}
              </ConfirmButton>
            )}
          </>
        )}
      </SettingList>
      {problem && <ProblemNotice problem={problem} />}
      {isOwner && <ProjectInvitations projectId={project.id} />}
    </>
  );
}
