// What task-service tells by Redis of entries that it has committed, before the bus has brought them to the feed. Best effort:
// the bus brings all of them.

/** The channel in Redis. Two services meet there, so its name begins with neither's prefix. */
export const TOLD_AHEAD = { prefix: 'builder:', name: 'timeline' } as const;

/** Entries of one task that were committed together: `events` are their CloudEvents as JSON, in order. */
export type ToldAhead = { taskId: string; lastSeq: number; events: string[] };

/** A line that says of which task and how far, and one for each event: whoever has no use for them need not parse them. */
export function formatToldAhead({ taskId, lastSeq, events }: ToldAhead): string {
  return [`${taskId} ${lastSeq}`, ...events].join('\n');
}

/** @returns undefined for what another version may say otherwise */
export function parseToldAhead(payload: string): ToldAhead | undefined {
  const [head = '', ...events] = payload.split('\n');
  const [, taskId, lastSeq] = /^(\S+) (\d{1,10})$/.exec(head) ?? [];
  return taskId === undefined ? undefined : { taskId, lastSeq: Number(lastSeq), events };
}
