import { runStarted } from '@builder-ai/contracts/events/run-started';
import { runStartedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { startJob } from '../jobs/job.ts';
import { onRunEvent, sameWords } from './apply-run-event.ts';

export const onRunStarted = onRunEvent(runStarted, runStartedEntry, {
  entry: sameWords,
  async after({ deps, tx, task, data }) {
    await startJob(tx, data.job_id);
    deps.logger.info('Task execution started', { task_id: task.id, agent: data.agent });
  },
});
