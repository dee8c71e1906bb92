// Fills the marks of template files. A mark says what place it stands in, so that no text of a user becomes code there:
//   {{html:title}}    text or a quoted attribute of HTML
//   "{{json:title}}"  a whole string of JSON or JavaScript; the quotes belong to the mark, so that files stay valid
//   {{text:title}}    one line of Markdown, shown as it was written
//   {{name:slug}}     anywhere: refused unless it is lower-case letters, digits and hyphens

export type Values = Readonly<Record<string, string>>;

const MARK = /(["'])\{\{json:(\w+)\}\}\1|\{\{(html|text|name):(\w+)\}\}/g;
const LEFT_OVER = /\{\{\w+:\w+\}\}/;

/** @throws Error for a mark whose value is not given, and for a json mark without its quotes */
export function render(template: string, values: Values): string {
  const unfilled = template.replace(MARK, '').match(LEFT_OVER);
  if (unfilled) throw new Error(`The mark ${unfilled[0]} cannot be filled.`);
  return template.replace(MARK, (mark, _quote, jsonName: string | undefined, place: string, name: string) => {
    const value = values[jsonName ?? name];
    if (value === undefined) throw new Error(`There is no value for ${mark}.`);
    if (jsonName !== undefined) return escapeJson(value);
    if (place === 'html') return escapeHtml(value);
    return place === 'text' ? escapeMarkdown(value) : refuseUnlessName(value);
  });
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/** The string with its quotes; the escapes keep it a string inside a script element, too. */
function escapeJson(text: string): string {
  const toEscape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replace(/[<>\u2028\u2029]/g, toEscape);
}

function escapeMarkdown(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.replace(/[\\`*_{}[\]()#+!|~$-]/g, '\\$&').replace(/[&<>]/g, (character) => ENTITIES[character] as string);
}

/** The line as it was before it was escaped for Markdown: checks compare it with what pages show. */
export function unescapeMarkdown(line: string): string {
  return line
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\\([\\`*_{}[\]()#+!|~$-])/g, '$1');
}

function refuseUnlessName(text: string): string {
  if (!/^[a-z0-9-]+$/.test(text)) throw new Error(`${JSON.stringify(text)} is not a name.`);
  return text;
}
