import { planCreated } from '@builder-ai/contracts/events/plan-created';
import { planCreatedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { onRunEvent, sameWords } from './apply-run-event.ts';

export const onPlanCreated = onRunEvent(planCreated, planCreatedEntry, {
  entry: sameWords,
});
