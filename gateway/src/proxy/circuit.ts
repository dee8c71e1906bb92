// A service that does not answer is left alone for a moment: requests fail at once in place of waiting in a row, and it has
// room to come back.

export type Circuit = {
  /** False while the service is left alone. True for everybody else, and then for one request alone that tries it. */
  lets(): boolean;
  succeeded(): void;
  failed(): void;
};

/** So many failures in a row, with no answer between them. */
const FAILURES = 10;
const OPEN_MS = 1_000;

export function newCircuit(now = () => performance.now()): Circuit {
  let failures = 0;
  let closedUntil = 0;
  return {
    lets() {
      if (failures < FAILURES) return true;
      if (now() < closedUntil) return false;
      // Whoever comes next waits for what this one finds out.
      closedUntil = now() + OPEN_MS;
      return true;
    },
    succeeded() {
      failures = 0;
    },
    failed() {
      failures += 1;
      if (failures >= FAILURES) closedUntil = now() + OPEN_MS;
    },
  };
}
