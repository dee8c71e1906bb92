// One connection to Redis that is always known to be here or away: what hangs is found out by a heartbeat, not by a request.
import { Redis } from 'ioredis';

export type RedisLink = {
  client: Redis;
  /** Whether Redis has answered lately. */
  isHere(): boolean;
  /** Something was not answered: away, until the next heartbeat is. */
  lost(error: unknown): void;
  close(): void;
};

export type RedisLinkOptions = {
  url: string;
  /** What keys begin with. */
  prefix: string;
  /** Called with each change, also when Redis is away from the start; not when it is there from the start. */
  onChange?: (here: boolean, error?: unknown) => void;
};

const COMMAND_TIMEOUT_MS = 250;
const HEARTBEAT_MS = 500;
const CONNECT_TIMEOUT_MS = 1_000;
// A connection whose other end has vanished is given up after so long.
const SILENCE_MS = 2_000;
const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 1_000;

/** Connects in the background, again and again; never throws and never waits for Redis. */
export function openRedisLink({ url, prefix, onChange = () => {} }: RedisLinkOptions): RedisLink {
  const client = new Redis(url, {
    keyPrefix: prefix,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MS,
    disconnectTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy: (attempt) => Math.min(RETRY_MIN_MS * 2 ** attempt, RETRY_MAX_MS) * (0.75 + Math.random() / 2),
  });
  let here: boolean | undefined;
  let closed = false;
  let problem: unknown;
  let timer: NodeJS.Timeout;

  function turn(next: boolean, error?: unknown): void {
    const first = here === undefined;
    if (closed || here === next) return;
    here = next;
    if (!first || !next) onChange(next, error);
  }

  async function beat(): Promise<void> {
    const failure = await client.ping().then(
      () => undefined,
      (error: unknown) => error ?? new Error('No answer'),
    );
    turn(failure === undefined, client.status === 'ready' ? failure : (problem ?? failure));
    if (!closed) timer = setTimeout(beat, HEARTBEAT_MS);
  }

  client.on('error', (error) => {
    problem = error;
  });
  client.on('ready', () => turn(true));
  client.on('close', () => turn(false, problem));
  timer = setTimeout(beat, HEARTBEAT_MS);
  return {
    client,
    isHere: () => here === true,
    lost: (error) => turn(false, error),
    close() {
      closed = true;
      clearTimeout(timer);
      client.disconnect();
    },
  };
}
