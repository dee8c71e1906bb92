import { runCancelled } from '@builder-ai/contracts/events/run-cancelled';
import { taskCancelled } from '@builder-ai/contracts/events/timeline-entries';
import { endJob } from '../jobs/job.ts';
import { onRunEvent, sameWords } from './apply-run-event.ts';

export const onRunCancelled = onRunEvent(runCancelled, taskCancelled, {
  entry: sameWords,
  async after({ deps, tx, task }) {
    await endJob(deps, tx, task, 'cancelled');
    deps.logger.info('Task execution cancelled', { task_id: task.id });
  },
});
