import { eventCatalog } from '@builder-ai/contracts/event-catalog';
import { consumersOf, STREAM_TOPIC, TOPICS } from '@builder-ai/contracts/topics';
import { type GeneratedDocument, NOTICE, table } from './document.ts';

export function eventsDocument(): GeneratedDocument {
  const sections = TOPICS.map((topic) => {
    const rows = eventCatalog
      .filter((event) => event.topic === topic)
      .map((event) => [`\`${event.type}\``, event.doc, `\`${JSON.stringify(event.sample)}\``]);
    const readers =
      topic === STREAM_TOPIC
        ? 'Broadcast to every replica that listens at that moment, and stored by none; sockets get it as `task_delta`.'
        : `Consumed by ${consumersOf(topic).join(', ')}.`;
    return `## ${topic}\n\n${readers}\n\n${table(['type', 'meaning', 'sample of its data'], rows)}\n`;
  });
  const text = `# Events

${NOTICE}

CloudEvents 1.0 in JSON. \`id\` is a UUIDv7, \`subject\` the task id and the partition key; extensions: \`seq\` (the timeline's
number, on task.events), \`runseq\` (gap-free per publisher and task), \`ownerid\`, \`traceparent\`. Fields are added, never changed
or removed. Clients see timeline entries as \`{id, seq, event_type, task_id, timestamp, data}\` with \`_\` for \`.\` in the type.

${sections.join('\n')}`;
  return { path: 'docs/events.md', text };
}
