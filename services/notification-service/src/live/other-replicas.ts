// An entry is consumed by one replica; this tells the sockets of the others, so that they need not wait for their next look
// at the feed.
import type { TaskEvent } from '@builder-ai/contracts/task';
import type { WakeChannel } from '@builder-ai/platform/redis/wake-channel';

/** What replicas tell each other: the entry, or only that there is one. */
type News = { from: string; event: TaskEvent } | { from: string; task_id: string; seq: number };

export type OtherReplicasOptions = {
  channel: Pick<WakeChannel, 'publish' | 'subscribe'>;
  /** This replica: it does not listen to itself. */
  id: string;
  /** Another replica has committed this entry. */
  onEvent: (event: TaskEvent) => void;
  /** Another replica has committed this entry, which is too large to be told: the feed has it. */
  onSeq: (taskId: string, seq: number) => void;
};

const MAX_TOLD_BYTES = 32 * 1024;

/** @returns what tells the others of an entry that was committed here */
export function joinOtherReplicas({ channel, id, onEvent, onSeq }: OtherReplicasOptions): (event: TaskEvent) => void {
  channel.subscribe((payload) => {
    const news = parseNews(payload);
    if (!news || news.from === id) return;
    if ('event' in news) onEvent(news.event);
    else onSeq(news.task_id, news.seq);
  });
  return (event) => {
    const whole = JSON.stringify({ from: id, event } satisfies News);
    const small = Buffer.byteLength(whole) <= MAX_TOLD_BYTES;
    channel.publish(
      small ? whole : JSON.stringify({ from: id, task_id: event.task_id, seq: event.seq } satisfies News),
    );
  };
}

/** A replica of another version may tell what this one does not know: the feed has it. */
function parseNews(payload: string): News | undefined {
  try {
    const news = JSON.parse(payload) as News;
    const { task_id, seq } = 'event' in news ? news.event : news;
    return typeof task_id === 'string' && Number.isSafeInteger(seq) ? news : undefined;
  } catch {
    return undefined;
  }
}
