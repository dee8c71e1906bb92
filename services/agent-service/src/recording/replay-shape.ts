import { defineShape } from '@builder-ai/contracts/shape';
import { count } from '@builder-ai/contracts/shapes/fields';
import Joi from 'joi';
import type { ReplayAnswer } from './post-replay.ts';

export const replayShape = defineShape<ReplayAnswer>({
  name: 'Replay',
  schema: Joi.object<ReplayAnswer, true>({
    identical: Joi.boolean().required(),
    calls: count.description('Recorded answers that were given again.'),
    events: count.description('Recorded events that were compared with those of the replay; 0: there are none in it.'),
    files: count,
    differences: Joi.array().items(Joi.string()).required().description('What became otherwise than recorded.'),
  }),
  sample: { identical: true, calls: 4, events: 31, files: 3, differences: [] },
});
