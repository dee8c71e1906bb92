import { ApiProblem, type ShownProblem } from '@builder-ai/client/api-problem';

export { ApiProblem, type ShownProblem, toProblem, toRetryAfterSeconds } from '@builder-ai/client/api-problem';

/** Anything caught, as something to show. */
export function toShownProblem(error: unknown): ShownProblem {
  if (error instanceof ApiProblem) return error.shown;
  return { title: 'Something went wrong in the page', detail: error instanceof Error ? error.message : String(error) };
}
