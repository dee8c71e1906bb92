// What operators let their services call besides the internet.
import Joi from 'joi';
import { parseTarget } from './allowed-targets.ts';

export type OutgoingSettings = { OUTGOING_ALLOW: string };

/** The entries of OUTGOING_ALLOW. */
export const toTargets = (text: string): string[] => text.split(',').flatMap((entry) => entry.trim() || []);

export const outgoingSettings = {
  OUTGOING_ALLOW: Joi.string()
    .allow('')
    .default('')
    .custom((text: string) => {
      if (!toTargets(text).every(parseTarget)) throw new Error('it is a list of networks and hosts');
      // Settings are checked twice, with their defaults: what is checked stays what it was.
      return text;
    })
    .description(
      'What addresses given by users may reach besides the internet, by commas: networks (`10.1.0.0/16`), hosts (`hooks.internal`) or hosts with a port (`localhost:9000`). Everything else that is private, local or a cloud’s inside is refused.',
    ),
};
