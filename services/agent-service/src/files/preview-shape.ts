import { defineShape } from '@builder-ai/contracts/shape';
import { text } from '@builder-ai/contracts/shapes/fields';
import Joi from 'joi';

export const previewShape = defineShape({
  name: 'Preview',
  schema: Joi.object({ url: text.description('A path that cannot be guessed and needs no cookie.') }),
  sample: { url: '/preview/3f2504e04f8911d39a0c0305e82c3301/' },
});
