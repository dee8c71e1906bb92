import { reviewGiven } from '@builder-ai/contracts/events/review-given';
import { reviewGivenEntry } from '@builder-ai/contracts/events/timeline-entries';
import { onRunEvent, sameWords } from './apply-run-event.ts';

export const onReviewGiven = onRunEvent(reviewGiven, reviewGivenEntry, {
  entry: sameWords,
  step: (data) => data.step,
});
