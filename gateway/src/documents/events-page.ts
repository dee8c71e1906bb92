// The AsyncAPI document as a page.
import { html, prose } from './html.ts';
import { example, page } from './page-html.ts';
import { fieldsOf, type Schema, typeOf } from './schema-html.ts';

type Message = { name: string; summary: string; payload: Schema; examples: { payload: { data?: unknown } }[] };

export type AsyncApi = {
  info: { title: string; version: string; description: string };
  channels: Record<string, { address: string; description: string; messages: Record<string, Message> }>;
};

export function eventsPage({ info, channels }: AsyncApi): string {
  const sections = Object.entries(channels).map(([name, { address, description, messages }]) => ({
    id: name,
    title: address,
    body: html`<p>${description}</p>${Object.values(messages).map(toMessage)}`,
  }));
  const intro = html`${prose(info.description)} The document itself: <a href="/asyncapi.json">/asyncapi.json</a>. The API:
    <a href="/docs">/docs</a>.`;
  return page(`${info.title} events ${info.version}`, intro, sections);
}

function toMessage({ name, summary, payload, examples }: Message) {
  // Of an event what matters is its data: the envelope is the same for all.
  const data = payload.properties?.data ?? payload;
  const shown = examples[0]?.payload;
  return html`<article><h3><code>${name}</code></h3><p>${prose(summary)}</p>
    <p class="type">${typeOf(data)}</p>${fieldsOf(data)}${example('Example', shown?.data ?? shown)}</article>`;
}
