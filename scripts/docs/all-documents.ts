import { clientTypes } from '../../shared/client/generate/client-types.ts';
import { dashboardDocuments } from '../dashboards/all-dashboards.ts';
import { apiDocument } from './api.ts';
import { asyncApi } from './asyncapi/asyncapi.ts';
import { cliDocument } from './cli.ts';
import { configurationDocument } from './configuration.ts';
import type { GeneratedDocument } from './document.ts';
import { errorsDocument } from './errors.ts';
import { eventsDocument } from './events.ts';
import { openApi } from './openapi/openapi.ts';

export async function allDocuments(): Promise<GeneratedDocument[]> {
  const api = openApi();
  return [
    errorsDocument(),
    eventsDocument(),
    configurationDocument(),
    apiDocument(),
    cliDocument(),
    ...dashboardDocuments(),
    { path: 'gateway/documents/openapi.json', text: toJson(api) },
    { path: 'gateway/documents/asyncapi.json', text: toJson(asyncApi()) },
    { path: 'shared/client/src/generated/schema.ts', text: await clientTypes(api) },
  ];
}

const toJson = (document: object) => `${JSON.stringify(document, null, 2)}\n`;
