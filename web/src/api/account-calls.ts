import { type ApiClient, dataOf } from '@builder-ai/client/client';
import type { Role, Scope } from '@builder-ai/contracts/identity';
import { withId } from './with-id.ts';

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

const ofMember = (id: string, user_id: string) => ({ params: { path: { id, user_id } } });

export function accountCalls(client: ApiClient) {
  return {
    readMe: (): Promise<Me> => dataOf(client.GET('/me')),
    signOut: () => dataOf(client.POST('/sign-out')),
    addAccount: (account: { email: string; password: string; name?: string }) =>
      dataOf(client.POST('/account', { body: account })),
    changePassword: (change: { current_password: string; password: string }) =>
      dataOf(client.POST('/password', { body: change })),
    listSessions: (): Promise<Session[]> => dataOf(client.GET('/sessions')),
    revokeSession: (id: string) => dataOf(client.DELETE('/sessions/{id}', withId(id))),
    listKeys: (): Promise<ApiKey[]> => dataOf(client.GET('/keys')),
    /** The answer is the only one that shows the key. */
    createKey: (key: NewApiKey): Promise<ApiKey & { key: string }> => dataOf(client.POST('/keys', { body: key })),
    revokeKey: (id: string) => dataOf(client.DELETE('/keys/{id}', withId(id))),
    listProjects: (): Promise<Project[]> => dataOf(client.GET('/projects')),
    createProject: (name: string): Promise<Project> => dataOf(client.POST('/projects', { body: { name } })),
    renameProject: (id: string, name: string) =>
      dataOf(client.PATCH('/projects/{id}', { ...withId(id), body: { name } })),
    listMembers: (id: string): Promise<Member[]> => dataOf(client.GET('/projects/{id}/members', withId(id))),
    changeRole: (id: string, userId: string, role: Role) =>
      dataOf(client.PUT('/projects/{id}/members/{user_id}', { ...ofMember(id, userId), body: { role } })),
    removeMember: (id: string, userId: string) =>
      dataOf(client.DELETE('/projects/{id}/members/{user_id}', ofMember(id, userId))),
    listInvitations: (id: string): Promise<Invitation[]> =>
      dataOf(client.GET('/projects/{id}/invitations', withId(id))),
    /** The answer is the only one that shows the link. */
    createInvitation: (id: string, role: Role): Promise<Invitation & { path: string }> =>
      dataOf(client.POST('/projects/{id}/invitations', { ...withId(id), body: { role } })),
    revokeInvitation: (id: string, invitation_id: string) =>
      dataOf(client.DELETE('/projects/{id}/invitations/{invitation_id}', { params: { path: { id, invitation_id } } })),
    listUsers: (): Promise<User[]> => dataOf(client.GET('/users')),
    setDisabled: (userId: string, disabled: boolean) =>
      dataOf(client.PATCH('/users/{id}', { ...withId(userId), body: { disabled } })),
    readAudit: (): Promise<AuditEntry[]> => dataOf(client.GET('/audit')),
  };
}
