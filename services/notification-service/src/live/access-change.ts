// What a change of who may do what means for a connection that was let in before it.
import { type Identity, ROLES, type Role } from '@builder-ai/contracts/identity';

/** As replicas tell each other. */
export type AccessChange =
  /** A session or API key opens nothing any more. */
  | { credential_id: string }
  /** A user's role in a project; null: none any more. Without a user it is everybody's. */
  | { user_id?: string; project_id: string; role: Role | null };

/** What became of a connection's permission: it is as it was, some of it is lost, or there is more. */
export type Standing = 'same' | 'lost' | 'gained';

/** By what its identity said when it was let in: one that knows of the change already stays as it is. */
export function toStanding({ userId, credentialId, projects }: Identity, change: AccessChange): Standing {
  if ('credential_id' in change) return credentialId === change.credential_id ? 'lost' : 'same';
  if (change.user_id !== undefined && change.user_id !== userId) return 'same';
  const before = rank(projects?.[change.project_id]);
  const now = rank(change.role);
  if (now === before) return 'same';
  return now < before ? 'lost' : 'gained';
}

const rank = (role: Role | null | undefined) => (role ? ROLES.indexOf(role) : -1);

/** @returns undefined for what another version may tell that this one does not know */
export function parseAccessChange(told: unknown): AccessChange | undefined {
  const { credential_id, user_id, project_id, role } = (told ?? {}) as Record<string, unknown>;
  if (typeof credential_id === 'string') return { credential_id };
  if (typeof project_id !== 'string' || (role !== null && !ROLES.includes(role as Role))) return undefined;
  return { project_id, role: role as Role | null, ...(typeof user_id === 'string' && { user_id }) };
}
