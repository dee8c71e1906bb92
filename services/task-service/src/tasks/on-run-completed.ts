import { runCompleted } from '@builder-ai/contracts/events/run-completed';
import { taskCompleted } from '@builder-ai/contracts/events/timeline-entries';
import { endJob } from '../jobs/job.ts';
import { onRunEvent, sameWords } from './apply-run-event.ts';

export const onRunCompleted = onRunEvent(runCompleted, taskCompleted, {
  entry: sameWords,
  async after({ deps, tx, task }) {
    await endJob(deps, tx, task, 'succeeded');
    tx.afterCommit(() => deps.counters.completed.inc());
    deps.logger.info('Task execution completed', { task_id: task.id, status: task.status });
  },
});
