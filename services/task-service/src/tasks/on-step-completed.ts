import { stepCompleted } from '@builder-ai/contracts/events/step-completed';
import { stepCompletedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { endJob, findActiveJob } from '../jobs/job.ts';
import { onRunEvent } from './apply-run-event.ts';

export const onStepCompleted = onRunEvent(stepCompleted, stepCompletedEntry, {
  entry: (task, data) => ({
    step: task.plan[data.step]?.description ?? '',
    index: data.step,
    result: data.result,
    commit: data.commit,
    cost_micro_usd: data.cost_micro_usd,
    next_step: data.next_step,
  }),
  step: (data) => data.step,
  async after({ deps, tx, task, data }) {
    // A job for one step ends here, unless this was the last one: then run.completed follows and ends it.
    if (data.next_step === null) return;
    const job = await findActiveJob(tx, task.id);
    if (job?.until === 'step') await endJob(deps, tx, task, 'succeeded');
  },
});
