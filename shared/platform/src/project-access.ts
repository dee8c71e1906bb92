// What a caller may do with something that a project owns. A user's personal project has the user's own id, so whatever
// has an owner_id belongs to a project, and that id says which.
import { type Identity, ROLES, type Role } from '@builder-ai/contracts/identity';

/** Whether the caller has the role, or a higher one, in the project that owns it. Services may see everything. */
export function mayIn(identity: Identity, ownerId: string, needed: Role): boolean {
  if (identity.kind === 'service' || ownerId === identity.userId) return true;
  const { projects = {} } = identity;
  const role = Object.hasOwn(projects, ownerId) ? projects[ownerId] : undefined;
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Every project that the caller may read, the personal one first. */
export function projectsOf(identity: Identity): string[] {
  return [identity.userId, ...Object.keys(identity.projects ?? {})];
}
