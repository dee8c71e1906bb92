import type { Task, TaskEvent } from '@builder-ai/contracts/task';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { type TaskAction, useTaskAction } from '../steering/use-task-action.ts';
import { BudgetStop } from './budget-stop.tsx';
import { PlanApproval } from './plan-approval.tsx';
import { QuestionBox } from './question-box.tsx';
import { ReviewDispute } from './review-dispute.tsx';
import { UncertainCallBox } from './uncertain-call-box.tsx';
import { toReason, toWaiting, type Waiting } from './waiting.ts';

const TITLES: Record<Waiting['kind'], string> = {
  question: 'A question for you',
  plan: 'Is this the right plan?',
  step: 'May the next step begin?',
  dispute: 'The reviewer still wants changes',
  budget: 'Stopped before the budget would be passed',
  uncertain: 'A call was interrupted, and nobody can know whether it took effect',
  paused: 'Paused',
  unavailable: 'It could not go on',
};

/** What each kind of box works with. */
export type WaitingBoxProps = { task: Task; action: TaskAction<string> };

/** What the task waits for, and the means to give it. */
export function WaitingPanel({ task, events }: { task: Task; events: readonly TaskEvent[] }) {
  const action = useTaskAction<string>(events);
  const waiting = toWaiting(task);
  if (!waiting) return null;
  const reason = task.error ?? toReason(events);
  return (
    <section className="waiting" aria-label={TITLES[waiting.kind]} data-testid="waiting" data-kind={waiting.kind}>
      <h4>{TITLES[waiting.kind]}</h4>
      {saysMore(waiting) && reason !== '' && <p data-testid="task-error">{reason}</p>}
      <Box waiting={waiting} task={task} action={action} />
      <p className="muted" role="status">
        {action.pending && 'Sent. It goes on in a moment.'}
      </p>
      {action.problem && <ProblemNotice problem={action.problem} />}
    </section>
  );
}

/** Where the title and the box do not say all of it already. */
const saysMore = ({ kind }: Waiting) => kind === 'unavailable' || kind === 'budget' || kind === 'uncertain';

function Box({ waiting, ...props }: WaitingBoxProps & { waiting: Waiting }) {
  switch (waiting.kind) {
    case 'question':
      return <QuestionBox key={waiting.call.call_id} {...props} question={waiting.call.summary} />;
    case 'plan':
    case 'step':
      return <PlanApproval key={waiting.kind === 'step' ? waiting.step.index : 'plan'} {...props} />;
    case 'dispute':
      return <ReviewDispute {...props} step={waiting.step} review={waiting.review} />;
    case 'budget':
      return <BudgetStop key={props.task.budget.cap_micro_usd} {...props} />;
    case 'uncertain':
      return <UncertainCallBox key={waiting.call.call_id} {...props} call={waiting.call} />;
    default:
      return null;
  }
}
