// The OpenAPI document as a page.
import { type Html, html, prose } from './html.ts';
import { example, page } from './page-html.ts';
import { anchorOf, fieldsOf, type Schema, typeOf } from './schema-html.ts';

type Named<T> = T & { $ref?: string };
type Media = { schema: Schema; example?: unknown; examples?: Record<string, Named<{ value: unknown }>> };
type Answer = Named<{ description: string; content?: Record<string, Media> }>;
type Parameter = { name: string; in: string; required?: boolean; description?: string; schema: Schema };
type Operation = {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  parameters: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Answer>;
};

export type OpenApi = {
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

export function apiPage(document: OpenApi): string {
  const { info, paths, components } = document;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );
  const byTag = Map.groupBy(operations, ({ operation }) => operation.tags[0] ?? 'pages');
  const sections = [...byTag].map(([tag, list]) => ({
    id: tag,
    title: `/${tag}`,
    body: html`${list.map(({ method, path, operation }) => toOperation(document, method, path, operation))}`,
  }));
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => html`<article id="${anchorOf(name)}"><h3>${name}</h3>${fieldsOf(schema)}</article>`,
  );
  const intro = html`${prose(info.description)} The document itself: <a href="/openapi.json">/openapi.json</a>. Events and the socket:
    <a href="/docs/events">/docs/events</a>.`;
  return page(`${info.title} API ${info.version}`, intro, [
    ...sections,
    { id: 'schemas', title: 'Schemas', body: html`${schemas}` },
  ]);
}

function toOperation(document: OpenApi, method: string, path: string, operation: Operation): Html {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  return html`<article id="${operationId}">
    <h3><span class="method">${method.toUpperCase()}</span> <code>${path}</code></h3>
    <p>${summary}. ${prose(description)}</p>
    ${parameters.length > 0 && html`<h4>Parameters</h4><ul class="fields">${parameters.map(toParameter)}</ul>`}
    ${Object.entries(requestBody?.content ?? {}).map(
      ([type, media]) =>
        html`<h4>Takes <code>${type}</code></h4>${fieldsOf(media.schema)}${example('Example', media.example)}`,
    )}
    <h4>Answers</h4><dl>${Object.entries(responses).map(([status, answer]) => toAnswer(document, status, answer))}</dl>
  </article>`;
}

const toParameter = ({ name, in: place, required, description, schema }: Parameter): Html =>
  html`<li><code>${name}</code> <span class="type">${place}, ${typeOf(schema)}</span>${
    required && html` <em>required</em>`
  } ${description ? prose(description) : false}</li>`;

function toAnswer(document: OpenApi, status: string, named: Answer): Html {
  const { description, content = {} } = resolve(document, named);
  const media = Object.entries(content).map(([type, { schema, example: sample, examples = {} }]) => {
    const isProblem = type === 'application/problem+json';
    const shown = sample ?? (examples.sample && resolve(document, examples.sample).value);
    return html`<div><code>${type}</code> ${isProblem ? false : typeOf(schema)}${isProblem ? false : fieldsOf(schema)}${
      isProblem || shown === undefined ? false : example('Example', shown)
    }</div>`;
  });
  const lines = description.split('\n\n').map((line) => html`<div>${prose(line)}</div>`);
  return html`<dt>${status}</dt><dd>${lines}${media}</dd>`;
}

function resolve<T>(document: OpenApi, item: Named<T>): T {
  if (!item.$ref) return item;
  const parts = item.$ref.slice(2).split('/');
  return parts.reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], document) as T;
}
