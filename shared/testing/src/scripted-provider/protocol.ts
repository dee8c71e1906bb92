// One API that the scripted provider speaks.
import type { RequestBody, ScriptAnswer } from './script.ts';

export type AnswerOptions = { id: string; model: string; inputTokens: number; answer: ScriptAnswer };

/** How one API asks and answers; the script is the same for all of them. */
export type Protocol = {
  path: string;
  /** A header without which the API answers 400. */
  header?: string;
  /** The request in the words of the Messages API. */
  read(body: Record<string, unknown>): RequestBody;
  /** The answer as server-sent events, in the order in which the real API sends them. */
  events(options: AnswerOptions): string[];
  /** The answer as one JSON object. */
  whole(options: AnswerOptions): object;
  error(status: number, message: string): object;
};
