// What went wrong between us and a model provider, as the caller needs to know it: try again, or not, and was it paid.

/** How whoever waits for an answer is told that there is none; the reason follows. */
export const AI_UNAVAILABLE_WORDS = 'AI service unavailable: ';

export type ProviderFaultOptions = {
  /** `refused`: asking again changes nothing. `unavailable`: it may answer later. */
  kind: 'refused' | 'unavailable';
  /** When the provider said so. */
  retryAfterMs?: number;
  /** True when the request may have been worked on: it broke off, timed out, or ended in the middle of the answer. */
  mayBePaid: boolean;
};

/** `message` is for people and logs: the provider's own words, shortened, without keys. */
export class ProviderFault extends Error {
  readonly kind: 'refused' | 'unavailable';
  readonly retryAfterMs: number | undefined;
  readonly mayBePaid: boolean;

  constructor(message: string, { kind, retryAfterMs, mayBePaid }: ProviderFaultOptions) {
    super(message);
    this.name = 'ProviderFault';
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
    this.mayBePaid = mayBePaid;
  }
}
