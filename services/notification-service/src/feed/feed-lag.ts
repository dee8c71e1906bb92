// How old timeline entries are when the feed has them.
import type { TaskEvent } from '@builder-ai/contracts/task';
import type { Metrics } from '@builder-ai/platform/metrics';

/** In seconds: what is usual, what is felt, and what an outage leaves behind. */
const FEED_LAG_BUCKETS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300];

/** @returns what is to be told of each entry when it is in the feed */
export function newFeedLag(metrics: Metrics): (event: TaskEvent) => void {
  const lag = metrics.histogram(
    'feed_lag_seconds',
    'From the making of a timeline entry until it is in the feed.',
    FEED_LAG_BUCKETS,
  );
  // Two machines' clocks may differ by more than the way takes.
  return ({ timestamp }) => lag.observe(Math.max(Date.now() - Date.parse(timestamp), 0) / 1000);
}
