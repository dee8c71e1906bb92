import Joi from 'joi';
import { defineShape } from '../shape.ts';
import type { WorkspaceFile } from '../task.ts';
import { count, text } from './fields.ts';

export const workspaceFileShape = defineShape<WorkspaceFile>({
  name: 'WorkspaceFile',
  schema: Joi.object<WorkspaceFile, true>({
    path: text,
    type: Joi.string().valid('file', 'directory', 'link').required(),
    size: count.description('Bytes.'),
    mode: text.description('As octal digits.'),
  }),
  sample: { path: 'index.html', type: 'file', size: 1024, mode: '644' },
});
