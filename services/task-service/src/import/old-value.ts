// Reads single values of an old tasks.json, whose shapes changed over its life. Pure.

/** What is wrong with one field of a row; the row is then a bad one. */
export class RowFault extends Error {}

const MAX_NESTING = 100;

/**
 * A copy that PostgreSQL can store: NUL characters and halves of surrogate pairs become U+FFFD.
 * @throws RowFault when it is nested too deeply to be walked through
 */
export function toStorable(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD').toWellFormed();
  if (value === null || typeof value !== 'object') return value;
  if (depth > MAX_NESTING) throw new RowFault(`is nested more than ${MAX_NESTING} levels deep`);
  if (Array.isArray(value)) return value.map((item) => toStorable(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [toStorable(name), toStorable(item, depth + 1)]),
  );
}

export type Fields = Record<string, unknown>;

export function isObject(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/**
 * The word that a status or a type is: `"In Progress"`, `"TaskStatus.IN_PROGRESS"` and `{"value": "in-progress"}` are all
 * `in_progress`. Null when there is none.
 */
export function toWord(value: unknown): string | null {
  if (isObject(value)) return toWord(value.value ?? value.name ?? null);
  if (typeof value !== 'string') return null;
  const word = value.trim().split('.').at(-1) as string;
  return word.toLowerCase().replace(/[\s-]+/g, '_') || null;
}

/** A value as a message shows it: as JSON, shortened. */
export function toQuote(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Text as it is; anything else as JSON; null for null. */
export function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The lines of a text, blank ones left out. */
export function toLines(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

/** The first of these fields that has a text, or null. */
export function findText(fields: Fields, ...names: string[]): string | null {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return null;
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i;
// Seconds since 1970 have fewer digits than this for the next three thousand years.
const FIRST_MS = 100_000_000_000;
const LAST = Date.UTC(9999, 11, 31);

/**
 * A time: ISO 8601, where one without a zone is UTC (as Python's `utcnow` wrote it), or seconds or milliseconds since
 * 1970. Undefined when it is none.
 */
export function findTime(value: unknown): Date | undefined {
  if (typeof value === 'number') return inRange(new Date(value < FIRST_MS ? value * 1000 : value));
  if (typeof value !== 'string') return undefined;
  const match = TIME.exec(value.trim());
  if (!match) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}`;
  // JavaScript takes 31 February for 3 March: what it makes of the time must be the time.
  const asUtc = new Date(`${local}Z`);
  if (Number.isNaN(asUtc.getTime()) || asUtc.toISOString() !== `${local}Z`) return undefined;
  return inRange(new Date(`${local}${zone.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`));
}

function inRange(time: Date): Date | undefined {
  return time.getTime() >= 0 && time.getTime() <= LAST ? time : undefined;
}

/** An integer that is not negative, also one written as text. */
export function findCount(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value;
  return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : undefined;
}
