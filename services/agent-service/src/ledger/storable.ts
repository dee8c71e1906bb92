/**
 * The same value with the characters replaced that PostgreSQL stores in no text: NUL and half a surrogate pair. Models and
 * commands may well say them.
 */
export function storable<Value>(value: Value): Value {
  return replaceIn(value) as Value;
}

function replaceIn(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\ufffd');
  if (Array.isArray(value)) return value.map(replaceIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [replaceIn(key), replaceIn(inner)]));
}
