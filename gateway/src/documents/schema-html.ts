// A JSON Schema, to read: its type in words, and its fields as a list.
import { type Html, html, prose } from './html.ts';

export type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  prefixItems?: Schema[];
  anyOf?: Schema[];
  additionalProperties?: boolean | Schema;
};

/** The address of a named schema on the page. */
export const anchorOf = (name: string) => `schema-${name}`;

export function typeOf(schema: Schema): Html {
  const { $ref, anyOf, items, enum: values, format } = schema;
  if ($ref) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    return html`<a href="#${anchorOf(name)}">${name}</a>`;
  }
  if ('const' in schema) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (values)
    return html`${join(
      values.map((value) => html`<code>${JSON.stringify(value)}</code>`),
      ' · ',
    )}`;
  if (anyOf) return html`${join(anyOf.map(typeOf), ' or ')}`;
  if (items) return html`list of ${typeOf(items)}`;
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'anything');
  return html`${type}${format && ` (${format})`}`;
}

const join = (parts: readonly Html[], between: string): Html[] =>
  parts.flatMap((part, index) => (index === 0 ? [part] : [html`${between}`, part]));

/** Its fields, and theirs where they have no name of their own. */
export function fieldsOf(schema: Schema): Html {
  const within = schema.properties
    ? schema
    : (schema.items ?? schema.anyOf?.find(({ properties }) => properties) ?? {});
  const { properties, required = [] } = within;
  if (!properties) return html``;
  const items = Object.entries(properties).map(
    ([name, field]) =>
      html`<li><code>${name}</code> <span class="type">${typeOf(field)}</span>${
        required.includes(name) ? html` <em>required</em>` : false
      } ${field.description ? prose(field.description) : false}${fieldsOf(field)}</li>`,
  );
  return html`<ul class="fields">${items}</ul>`;
}
