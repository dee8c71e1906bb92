import { planUpdated } from '@builder-ai/contracts/events/plan-updated';
import { planUpdatedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { onRunEvent, sameWords } from './apply-run-event.ts';

export const onPlanUpdated = onRunEvent(planUpdated, planUpdatedEntry, { entry: sameWords });
