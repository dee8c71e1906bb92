import type { Review, ReviewReason, ReviewVerdict } from '@builder-ai/contracts/task';

/** `unreviewed` is never written as if it were passed. */
export const VERDICT_WORDS: Record<ReviewVerdict, string> = {
  approved: 'Approved',
  changes: 'Changes wanted',
  unreviewed: 'Not reviewed',
};

/**
 * A step's review as far as it is one: imported steps bring along whatever they had.
 * @returns null when nobody can say what it decided; a review without a known verdict never counts as passed
 */
export function toReview(found: unknown): Review | null {
  if (typeof found !== 'object' || found === null) return null;
  const { verdict, round, agent, summary, reasons, accepted_by_user } = found as Partial<Record<keyof Review, unknown>>;
  if (typeof verdict !== 'string' || !Object.hasOwn(VERDICT_WORDS, verdict)) return null;
  return {
    verdict: verdict as ReviewVerdict,
    round: typeof round === 'number' ? round : 1,
    agent: typeof agent === 'string' ? agent : '',
    summary: typeof summary === 'string' ? summary : '',
    reasons: Array.isArray(reasons) ? reasons.flatMap(toReasons) : [],
    accepted_by_user: accepted_by_user === true,
  };
}

function toReasons(found: unknown): ReviewReason[] {
  const { file, line, reason } = (found ?? {}) as Partial<Record<keyof ReviewReason, unknown>>;
  if (typeof reason !== 'string') return [];
  return [{ file: typeof file === 'string' ? file : null, line: typeof line === 'number' ? line : null, reason }];
}

/** Where the reason is to be found: "index.html:12"; empty where it is about the whole. */
export const toPlace = ({ file, line }: Pick<ReviewReason, 'file' | 'line'>): string =>
  file === null ? '' : line === null ? file : `${file}:${line}`;
