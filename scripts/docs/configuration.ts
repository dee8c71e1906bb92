import { configSchema as agentService } from '@builder-ai/agent-service/config';
import { configSchema as gateway } from '@builder-ai/gateway/config';
import { configSchema as kafka } from '@builder-ai/kafka/config';
import { localSettings } from '@builder-ai/local/config';
import { configSchema as notificationService } from '@builder-ai/notification-service/config';
import { telemetrySettings } from '@builder-ai/platform/telemetry/start-telemetry';
import { configSchema as taskService } from '@builder-ai/task-service/config';
import type Joi from 'joi';
import { type GeneratedDocument, NOTICE, table } from './document.ts';

type Described = { flags?: { description?: string; default?: unknown; presence?: string }; allow?: unknown[] };

function toRows(schema: Joi.ObjectSchema): string[][] {
  const keys = schema.describe().keys as Record<string, Described>;
  return Object.entries(keys).map(([name, { flags, allow }]) => {
    const given = flags?.presence === 'required' ? 'required' : toDefault(flags?.default);
    const values = (allow ?? []).filter((value) => typeof value === 'string' && value !== '');
    const choice = values.length > 0 ? ` One of ${values.map((value) => `\`${value}\``).join(', ')}.` : '';
    return [`\`${name}\``, `${flags?.description ?? ''}${choice}`, given];
  });
}

/** A function makes it from other settings: their descriptions say how. */
const toDefault = (value: unknown) => (value === undefined || typeof value === 'function' ? 'none' : `\`${value}\``);

export function configurationDocument(): GeneratedDocument {
  const parts: [string, Joi.ObjectSchema][] = [
    ['npm start', localSettings],
    ['gateway', gateway],
    ['task-service', taskService],
    ['agent-service', agentService],
    ['notification-service', notificationService],
    ['Traces and error reports: every process', telemetrySettings],
    ['Kafka: every service that runs as a process of its own, and npm run topics', kafka],
  ];
  const sections = parts.map(
    ([name, schema]) => `## ${name}\n\n${table(['name', 'meaning', 'default'], toRows(schema))}\n`,
  );
  const text = `# Configuration

${NOTICE}

Everything is set by environment variables. All faults are reported at once, without values. \`npm start\` sets addresses, ports
and databases of the services itself and passes the rest on; BUILDER_HOME, where everything is kept, is a directory of the
user's by default.

${sections.join('\n')}`;
  return { path: 'docs/configuration.md', text };
}
