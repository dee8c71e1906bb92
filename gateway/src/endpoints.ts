// Every endpoint that the gateway answers by itself, besides health, metrics and signing in by a link.
import { addAccount } from './accounts/add-account.ts';
import { changePassword } from './accounts/change-password.ts';
import { deleteAccount } from './accounts/delete-account.ts';
import { signInByPassword } from './accounts/sign-in-by-password.ts';
import { signUp } from './accounts/sign-up.ts';
import { listAudit } from './audit/list-audit.ts';
import { acceptInvitation } from './invitations/accept-invitation.ts';
import { createInvitation } from './invitations/create-invitation.ts';
import { listInvitations } from './invitations/list-invitations.ts';
import { revokeInvitation } from './invitations/revoke-invitation.ts';
import { createKey } from './keys/create-key.ts';
import { listKeys } from './keys/list-keys.ts';
import { revokeKey } from './keys/revoke-key.ts';
import { deleteMcp, getMcp, postMcp } from './mcp/post-mcp.ts';
import { changeRole } from './projects/change-role.ts';
import { createProject } from './projects/create-project.ts';
import { deleteProject } from './projects/delete-project.ts';
import { listProjectMembers } from './projects/list-project-members.ts';
import { listProjects } from './projects/list-projects.ts';
import { removeMember } from './projects/remove-member.ts';
import { renameProject } from './projects/rename-project.ts';
import { listSessions } from './sessions/list-sessions.ts';
import { revokeSession } from './sessions/revoke-session.ts';
import { changeUser } from './users/change-user.ts';
import { deleteUser } from './users/delete-user.ts';
import { listUsers } from './users/list-users.ts';

export const endpoints = [
  signUp,
  signInByPassword,
  addAccount,
  changePassword,
  deleteAccount,
  listSessions,
  revokeSession,
  createKey,
  listKeys,
  revokeKey,
  createProject,
  listProjects,
  renameProject,
  deleteProject,
  listProjectMembers,
  changeRole,
  removeMember,
  createInvitation,
  listInvitations,
  revokeInvitation,
  acceptInvitation,
  listUsers,
  changeUser,
  deleteUser,
  listAudit,
  postMcp,
  getMcp,
  deleteMcp,
];
