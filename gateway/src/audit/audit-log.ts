// What was done to accounts, keys and roles, and what was deleted, by whom: written with the change, never changed. What ends
// access or deletes is one transaction with its row; who signs in or up is noted right after it, since better-auth commits that.
import type { Database, Queryable } from '@builder-ai/platform/database';

export const AUDIT_ACTIONS = [
  'signed_in',
  'sign_in_failed',
  'signed_up',
  'signed_out',
  'password_changed',
  'session_revoked',
  'key_created',
  'key_revoked',
  'project_created',
  'project_renamed',
  'project_deleted',
  'member_added',
  'role_changed',
  'member_removed',
  'invitation_created',
  'invitation_revoked',
  'user_disabled',
  'user_enabled',
  'user_deleted',
  'task_deleted',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export type AuditEntry = {
  /** Null: nobody was signed in. */
  actor_id: string | null;
  action: AuditAction;
  /** What it was done to: an id. */
  subject?: string;
  address?: string | undefined;
  details?: Record<string, unknown>;
};

export type StoredAuditEntry = Required<Omit<AuditEntry, 'subject' | 'address'>> & {
  id: number;
  at: Date;
  subject: string | null;
  address: string | null;
};

/** @param to the transaction of the change, where there is one */
export async function appendToAudit(to: Queryable, entry: AuditEntry): Promise<void> {
  await to.query('insert into audit_log (actor_id, action, subject, address, details) values ($1, $2, $3, $4, $5)', [
    entry.actor_id,
    entry.action,
    entry.subject ?? null,
    entry.address ?? null,
    JSON.stringify(entry.details ?? {}),
  ]);
}

/** Newest first; the next page is what lies before the last one's id. */
export function readAudit(db: Database, limit: number, before?: number): Promise<StoredAuditEntry[]> {
  return db.query<StoredAuditEntry>(
    `select id, at, actor_id, action, subject, address, details from audit_log
     where $2::bigint is null or id < $2 order by id desc limit $1`,
    [limit, before ?? null],
  );
}
