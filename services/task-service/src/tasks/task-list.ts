// Reads the tasks of some projects, newest first, page by page.
import type {
  AgentMode,
  Approval,
  StepRecord,
  TaskStatus,
  TaskType,
  UncertainCall,
  WaitingReason,
} from '@builder-ai/contracts/task';
import type { PrismaClient, Task as PrismaTask } from '../generated/prisma/client.ts';
import type { SummaryRow } from './task-view.ts';

export type ListFilter = { status?: TaskStatus; project_id?: string; type?: TaskType; q?: string };
export type ListPosition = { createdAt: Date; id: string };

// An imported task may have brought megabytes of these along.
const NOT_LISTED = { logs: true, messages: true, collaborationLog: true } as const;

/** At most `limit` rows after a position (keyset paging: by created_at, then id, both falling). */
export async function findTaskRows(
  prisma: PrismaClient,
  owners: readonly string[],
  filter: ListFilter,
  limit: number,
  after?: ListPosition,
): Promise<SummaryRow[]> {
  const contains =
    filter.q === undefined ? undefined : { contains: escapeLike(filter.q), mode: 'insensitive' as const };
  const rows = await prisma.task.findMany({
    where: {
      // Of one owner the index has them in order.
      ownerId: owners.length === 1 ? (owners[0] as string) : { in: [...owners] },
      deletedAt: null,
      ...(filter.status && { status: filter.status }),
      ...(filter.type && { type: filter.type }),
      ...(filter.project_id && { projectId: filter.project_id }),
      AND: [
        contains ? { OR: [{ title: contains }, { goal: contains }] } : {},
        after
          ? { OR: [{ createdAt: { lt: after.createdAt } }, { createdAt: after.createdAt, id: { lt: after.id } }] }
          : {},
      ],
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit,
    omit: NOT_LISTED,
  });
  return rows.map(toRow);
}

/** Prisma passes `contains` on to LIKE as it is: what the user typed is text, not a pattern. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

function toRow(row: Omit<PrismaTask, keyof typeof NOT_LISTED>): SummaryRow {
  return {
    id: row.id,
    owner_id: row.ownerId,
    title: row.title,
    type: row.type as TaskType,
    goal: row.goal,
    project_id: row.projectId,
    status: row.status as TaskStatus,
    waiting_for: row.waitingFor as WaitingReason | null,
    waiting_call: row.waitingCall as UncertainCall | null,
    plan: row.plan as unknown as StepRecord[],
    current_step: row.currentStep,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
    error: row.error,
    metadata: row.metadata as Record<string, unknown>,
    agent_mode: row.agentMode as AgentMode | null,
    approval: row.approval as Approval,
    parent_id: row.parentId,
    parent_seq: row.parentSeq,
    cap_micro_usd: row.capMicroUsd === null ? null : Number(row.capMicroUsd),
    reserved_micro_usd: Number(row.reservedMicroUsd),
    spent_micro_usd: Number(row.spentMicroUsd),
    seq: row.seq,
    deleted_at: row.deletedAt,
  };
}
