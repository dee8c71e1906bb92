export type DeliverySettings = {
  /** How long a receiver may take to answer. */
  timeoutMs: number;
  /** The pauses after each attempt that failed; after the last one nothing more is sent. */
  retrySeconds: readonly number[];
  /** A webhook that fails for longer than this is disabled. */
  disableAfterHours: number;
};
