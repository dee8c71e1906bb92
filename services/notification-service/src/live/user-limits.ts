// What one user may take of this process: so many connections at a time, so many messages a minute.
import { AppError } from '@builder-ai/platform/problem';

export type UserLimits = {
  /** Takes one connection. @returns what gives it back @throws AppError RATE_LIMITED */
  connect(userId: string): () => void;
  /** Counts one message. @throws AppError RATE_LIMITED */
  pass(userId: string): void;
};

export type UserLimitsOptions = {
  connections: number;
  messagesPerMinute: number;
  now?: () => number;
};

type Usage = { connections: number; tokens: number; at: number };

const MINUTE_MS = 60_000;
/** With more than this those are forgotten who are not here. */
const MAX_KNOWN = 10_000;

/** Messages are a bucket that holds a minute's worth and is always being filled: who comes back may ask for all at once. */
export function newUserLimits({ connections, messagesPerMinute, now = Date.now }: UserLimitsOptions): UserLimits {
  // Also of users who have left: who comes back has sent what they have sent.
  const users = new Map<string, Usage>();
  return {
    connect(userId) {
      if (users.size > MAX_KNOWN) for (const [id, usage] of users) if (usage.connections === 0) users.delete(id);
      const usage = users.get(userId) ?? { connections: 0, tokens: messagesPerMinute, at: now() };
      if (usage.connections >= connections) {
        throw new AppError('RATE_LIMITED', { detail: `You may have ${connections} connections at a time.` });
      }
      usage.connections += 1;
      users.set(userId, usage);
      let isGiven = true;
      return () => {
        if (!isGiven) return;
        isGiven = false;
        usage.connections -= 1;
      };
    },
    pass(userId) {
      const usage = users.get(userId);
      if (!usage) return;
      const time = now();
      const filled = usage.tokens + ((time - usage.at) / MINUTE_MS) * messagesPerMinute;
      usage.tokens = Math.min(filled, messagesPerMinute);
      usage.at = time;
      if (usage.tokens < 1) throw new AppError('RATE_LIMITED');
      usage.tokens -= 1;
    },
  };
}
