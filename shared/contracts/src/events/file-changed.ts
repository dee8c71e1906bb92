import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type FileChanged = {
  step: number;
  path: string;
  change: 'created' | 'modified' | 'deleted';
  size: number;
};

/** A file of the workspace was written or removed. Published by agent-service, consumed by task-service. */
export const fileChanged = defineEvent<FileChanged>({
  type: 'file.changed',
  topic: 'agent.events',
  doc: 'A file of the workspace was written or removed. Published by agent-service, consumed by task-service.',
  schema: Joi.object<FileChanged, true>({
    step: Joi.number().integer().min(0).required(),
    path: Joi.string().required(),
    change: Joi.string().valid('created', 'modified', 'deleted').required(),
    size: Joi.number().integer().min(0).required(),
  }).unknown(),
  sample: {
    step: 0,
    path: 'index.html',
    change: 'created',
    size: 1204,
  },
});
