import { planCreated } from '@builder-ai/contracts/events/plan-created';
import { planCreatedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { onRunEvent, sameWords } from './apply-run-event.ts';
import { newStep } from './task.ts';

export const onPlanCreated = onRunEvent(planCreated, planCreatedEntry, {
  change: (task, data) => ({
    plan: data.steps.map((step, index) => newStep(index, step.description)),
    current_step: 0,
    metadata: { ...task.metadata, plan_source: data.source },
  }),
  entry: sameWords,
});
