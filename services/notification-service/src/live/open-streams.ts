// Streams of events that are open at this process: those whose user has lost what they were let in by end.
import type { Identity } from '@builder-ai/contracts/identity';
import { type AccessChange, toStanding } from './access-change.ts';

export type OpenStream = { identity: Identity; end(): void };

export type OpenStreams = {
  /** @returns what to call when it has ended by itself */
  add(stream: OpenStream): () => void;
  /** Who may do more reads on: a stream is of one task, which its user may see already. */
  endLost(change: AccessChange): void;
};

export function newOpenStreams(): OpenStreams {
  const open = new Set<OpenStream>();
  return {
    add(stream) {
      open.add(stream);
      return () => void open.delete(stream);
    },
    endLost(change) {
      for (const stream of open) if (toStanding(stream.identity, change) === 'lost') stream.end();
    },
  };
}
