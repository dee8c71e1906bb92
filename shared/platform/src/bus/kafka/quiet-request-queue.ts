// kafkajs 2.2.4 asks each connection's queue of waiting requests every millisecond, also when nothing waits: the time-out
// it computes is negative (https://github.com/tulios/kafkajs/issues/1751). Here it is asked only while something waits:
// whoever adds to the queue schedules the question, so nothing is missed.
import { createRequire } from 'node:module';

const WAITING_MS = 10;

type Queue = {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
};

/** May be called any number of times. */
export function quietRequestQueue(): void {
  const require = createRequire(import.meta.url);
  const RequestQueue: { prototype: object } = require('kafkajs/src/network/requestQueue/index.js');
  function scheduleCheckPendingRequests(this: Queue): void {
    if (this.throttleCheckTimeoutId || this.pending.length === 0) return;
    const throttledMs = this.throttledUntil - Date.now();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledMs > 0 ? throttledMs : WAITING_MS,
    );
  }
  Object.assign(RequestQueue.prototype, { scheduleCheckPendingRequests });
}
