import { type ErrorCode, errorCodes } from '@builder-ai/contracts/error-codes';
import { runWaiting } from '@builder-ai/contracts/events/run-waiting';
import { taskWaiting } from '@builder-ai/contracts/events/timeline-entries';
import { endJob } from '../jobs/job.ts';
import { onRunEvent, sameWords } from './apply-run-event.ts';

/** The run stopped and can be run again when what it waits for is there; its job ends. */
export const onRunWaiting = onRunEvent(runWaiting, taskWaiting, {
  entry: sameWords,
  async after({ deps, tx, task, data }) {
    await endJob(deps, tx, task, 'failed', toErrorCode(data.code));
    deps.logger.warn('Task execution waits', { task_id: task.id, waiting_for: data.waiting_for, reason: data.reason });
  },
});

/** A code that this version does not know, as a later agent-service may send, is no reason to fail. */
function toErrorCode(code: string | undefined): ErrorCode | null {
  return code !== undefined && Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : null;
}
