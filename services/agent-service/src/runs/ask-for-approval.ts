// Where the task's user wants to say yes first: to the plan, or to each step.
import type { RunSession } from './run-session.ts';
import { RunWaits } from './run-waits.ts';

/** @throws RunWaits when the next step may not begin yet */
export function askForApproval({ run, progress }: RunSession): void {
  const { begun, nextStep, approvedStep, plan } = progress();
  if (run.approval === 'none' || begun) return;
  if (approvedStep >= (run.approval === 'plan' ? 0 : nextStep)) return;
  const what = nextStep === 0 ? 'The plan' : `Step ${nextStep + 1} of ${plan?.steps.length}`;
  throw new RunWaits({ waiting_for: 'approval', reason: `${what} waits for your approval.` });
}
