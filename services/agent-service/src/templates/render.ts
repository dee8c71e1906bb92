// Fills the marks of template files: {{html:title}}, {{json:title}}, {{text:title}}, {{name:slug}}. The first word says what
// place it is, so that no text of a user can become code there.

export type Values = Record<string, string>;

const MARK = /\{\{(html|json|text|name):(\w+)\}\}/g;

const ESCAPES: Record<string, (text: string) => string> = {
  html: escapeHtml,
  json: escapeJson,
  text: escapeMarkdown,
  name: refuseUnlessName,
};

/** @throws Error for a mark whose value is not given */
export function render(template: string, values: Values): string {
  return template.replace(MARK, (mark, place: string, name: string) => {
    const value = values[name];
    const toPlace = ESCAPES[place];
    if (value === undefined || !toPlace) throw new Error(`There is no value for ${mark}.`);
    return toPlace(value);
  });
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/** A string literal for JSON and JavaScript, also inside a script element. */
function escapeJson(text: string): string {
  return JSON.stringify(text).replace(
    /[<>\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** One line of Markdown that shows as it was written. */
function escapeMarkdown(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.replace(/[\\`*_{}[\]()#+!|~-]/g, '\\$&').replace(/[&<>]/g, (character) => ENTITIES[character] as string);
}

function refuseUnlessName(text: string): string {
  if (!/^[a-z0-9-]+$/.test(text)) throw new Error(`${JSON.stringify(text)} is not a name.`);
  return text;
}
