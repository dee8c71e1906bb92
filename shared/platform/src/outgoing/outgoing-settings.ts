// What operators let their services call besides the internet.
import Joi from 'joi';
import { parseTarget } from './allowed-targets.ts';

export type OutgoingSettings = { OUTGOING_ALLOW: string[] };

export const outgoingSettings = {
  OUTGOING_ALLOW: Joi.string()
    .allow('')
    .default('')
    .custom((text: string) => {
      const entries = text.split(',').flatMap((entry) => entry.trim() || []);
      if (!entries.every(parseTarget)) throw new Error('it is a list of networks and hosts');
      return entries;
    })
    .description(
      'What addresses given by users may reach besides the internet, by commas: networks (`10.1.0.0/16`), hosts (`hooks.internal`) or hosts with a port (`localhost:9000`). Everything else that is private, local or a cloud’s inside is refused.',
    ),
};
