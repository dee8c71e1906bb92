// A point at which a test holds somebody up, and lets go when it has seen enough.

export type Gate = {
  /** Resolves when the gate is opened. */
  passed: Promise<void>;
  open(): void;
};

export function newGate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}
