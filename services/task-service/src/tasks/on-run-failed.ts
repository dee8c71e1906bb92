import { runFailed } from '@builder-ai/contracts/events/run-failed';
import { taskFailed } from '@builder-ai/contracts/events/timeline-entries';
import { endJob } from '../jobs/job.ts';
import { onRunEvent, sameWords } from './apply-run-event.ts';

export const onRunFailed = onRunEvent(runFailed, taskFailed, {
  entry: sameWords,
  async after({ deps, tx, task, data }) {
    await endJob(deps, tx, task, 'failed');
    tx.afterCommit(() => deps.counters.failed.inc());
    deps.logger.error('Task execution failed', { task_id: task.id, error: data.error });
  },
});
