import type { Role, Scope } from '@builder-ai/contracts/identity';
import type { Get, Send } from './api-call.ts';

// Accounts, keys, sessions, projects and their members, as the gateway keeps them.

export type Me = { user_id: string; scopes: Scope[] };
export type Session = {
  id: string;
  created_at: string;
  expires_at: string;
  address: string | null;
  user_agent: string | null;
  current: boolean;
};
export type ApiKey = {
  id: string;
  name: string;
  prefix: string;
  scopes: Scope[];
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
};
export type NewApiKey = { name: string; scopes: Scope[]; expires_in_days?: number };
export type Project = { id: string; name: string; created_at: string; role: Role; personal: boolean };
export type Member = { user_id: string; name: string; email: string | null; role: Role; created_at: string };
export type Invitation = { id: string; role: Role; created_at: string; expires_at: string };
export type User = {
  id: string;
  name: string;
  email: string | null;
  is_owner: boolean;
  disabled: boolean;
  created_at: string;
};
export type AuditEntry = {
  id: number;
  at: string;
  actor_id: string | null;
  action: string;
  subject: string | null;
  address: string | null;
};

const projectPath = (id: string) => `/projects/${encodeURIComponent(id)}`;

export function accountCalls(get: Get, send: Send) {
  return {
    readMe: () => get<Me>('/me'),
    signOut: () => send<void>('POST', '/sign-out', {}),
    addAccount: (account: { email: string; password: string; name?: string }) => send('POST', '/account', account),
    changePassword: (change: { current_password: string; password: string }) => send<void>('POST', '/password', change),
    listSessions: () => get<Session[]>('/sessions'),
    revokeSession: (id: string) => send<void>('DELETE', `/sessions/${encodeURIComponent(id)}`),
    listKeys: () => get<ApiKey[]>('/keys'),
    /** The answer is the only one that shows the key. */
    createKey: (key: NewApiKey) => send<ApiKey & { key: string }>('POST', '/keys', key),
    revokeKey: (id: string) => send<void>('DELETE', `/keys/${encodeURIComponent(id)}`),
    listProjects: () => get<Project[]>('/projects'),
    createProject: (name: string) => send<Project>('POST', '/projects', { name }),
    renameProject: (id: string, name: string) => send('PATCH', projectPath(id), { name }),
    listMembers: (id: string) => get<Member[]>(`${projectPath(id)}/members`),
    changeRole: (id: string, userId: string, role: Role) =>
      send('PUT', `${projectPath(id)}/members/${encodeURIComponent(userId)}`, { role }),
    removeMember: (id: string, userId: string) =>
      send<void>('DELETE', `${projectPath(id)}/members/${encodeURIComponent(userId)}`),
    listInvitations: (id: string) => get<Invitation[]>(`${projectPath(id)}/invitations`),
    /** The answer is the only one that shows the link. */
    createInvitation: (id: string, role: Role) =>
      send<Invitation & { path: string }>('POST', `${projectPath(id)}/invitations`, { role }),
    revokeInvitation: (id: string, invitationId: string) =>
      send<void>('DELETE', `${projectPath(id)}/invitations/${encodeURIComponent(invitationId)}`),
    listUsers: () => get<User[]>('/users'),
    setDisabled: (userId: string, disabled: boolean) =>
      send('PATCH', `/users/${encodeURIComponent(userId)}`, { disabled }),
    readAudit: () => get<AuditEntry[]>('/audit'),
  };
}
