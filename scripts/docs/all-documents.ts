import { apiDocument } from './api.ts';
import { configurationDocument } from './configuration.ts';
import type { GeneratedDocument } from './document.ts';
import { errorsDocument } from './errors.ts';
import { eventsDocument } from './events.ts';

export const allDocuments = (): GeneratedDocument[] => [
  errorsDocument(),
  eventsDocument(),
  configurationDocument(),
  apiDocument(),
];
