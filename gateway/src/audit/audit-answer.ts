// Writes down what a service was asked to do in somebody's name, once it has answered that it is done.
import type { ServerResponse } from 'node:http';
import type { Database } from '@builder-ai/platform/database';
import type { Logger } from '@builder-ai/platform/logger';
import { type AuditEntry, appendToAudit } from './audit-log.ts';

/**
 * The service's commit and this one are two: where the gateway dies between them, the service's events alone tell of it.
 * @param path its last part names what it was done to
 */
export function auditAnswer(
  { db, logger }: { db: Database; logger: Logger },
  response: ServerResponse,
  { path, ...entry }: Omit<AuditEntry, 'subject'> & { path: string },
): void {
  response.once('finish', () => {
    if (response.statusCode >= 300) return;
    // The service has read it by now, so it can be read.
    const subject = decodeURIComponent(path.split('/').at(-1) ?? '');
    appendToAudit(db, { ...entry, subject }).catch((error: unknown) =>
      logger.error('The audit log lacks an entry', { action: entry.action, subject, error }),
    );
  });
}
