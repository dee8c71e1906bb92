// Entries that task-service tells of as soon as they are committed are shown at once; the feed has them a little later.
import { parseToldAhead } from '@builder-ai/contracts/told-ahead';
import { parseEnvelope } from '@builder-ai/platform/event-envelope';
import type { Logger } from '@builder-ai/platform/logger';
import type { WakeChannel } from '@builder-ai/platform/redis/wake-channel';
import type { AheadOfFeed } from '../feed/ahead-of-feed.ts';
import { toTaskEvent } from '../feed/on-timeline-entry.ts';
import type { TaskViewers } from './task-viewers.ts';

export type HearAheadOptions = {
  channel: Pick<WakeChannel, 'subscribe'>;
  viewers: Pick<TaskViewers, 'has' | 'tellAhead'>;
  ahead: Pick<AheadOfFeed, 'note'>;
  logger: Logger;
};

export function hearAhead({ channel, viewers, ahead, logger }: HearAheadOptions): void {
  channel.subscribe((payload) => {
    const told = parseToldAhead(payload);
    if (!told) return;
    ahead.note(told.taskId, told.lastSeq);
    if (!viewers.has(told.taskId)) return;
    try {
      for (const text of told.events) viewers.tellAhead(toTaskEvent(parseEnvelope(text)));
    } catch (error) {
      // The bus brings it as well, and whoever takes it from there says more.
      logger.debug('What was told ahead of the feed is no entry', { task_id: told.taskId, error });
    }
  });
}
