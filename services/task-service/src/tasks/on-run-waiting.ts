import { type ErrorCode, errorCodes } from '@builder-ai/contracts/error-codes';
import { type RunWaiting, runWaiting } from '@builder-ai/contracts/events/run-waiting';
import { taskWaiting } from '@builder-ai/contracts/events/timeline-entries';
import { endJob } from '../jobs/job.ts';
import { onRunEvent, sameWords } from './apply-run-event.ts';

/** The run stopped and can be run again when what it waits for is there; its job ends. */
export const onRunWaiting = onRunEvent(runWaiting, taskWaiting, {
  entry: sameWords,
  async after({ deps, tx, task, data }) {
    await endJob(deps, tx, task, toJobStatus(data), toErrorCode(data.code));
    deps.logger.warn('Task execution waits', { task_id: task.id, waiting_for: data.waiting_for, reason: data.reason });
  },
});

/** Without an error the job did what it could: it came to something that its user has to say. */
function toJobStatus({ waiting_for, code }: RunWaiting): 'succeeded' | 'failed' | 'cancelled' {
  if (waiting_for === 'resume') return 'cancelled';
  return code === undefined ? 'succeeded' : 'failed';
}

/** A code that this version does not know, as a later agent-service may send, is no reason to fail. */
function toErrorCode(code: string | undefined): ErrorCode | null {
  return code !== undefined && Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : null;
}
