// Takes secrets out of what is about to be logged.

const SECRET_NAME =
  /(authorization|cookie|password|passwd|secret|token|api[-_]?key|private[-_]?key|identity|database_url|redis_url)/i;
const SECRET_TEXT = [
  /\b(sk|pk|rk)-[A-Za-z0-9_-]{16,}/g,
  /\bBearer\s+[A-Za-z0-9._~+/=-]{8,}/gi,
  /\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g,
  /(\w+:\/\/[^\s:/@]+:)[^\s@]+(@)/g,
];
const NOT_SECRET = /^(input|output|total|max)?_?tokens$/i;

/** A copy without secrets: by field name at any depth, and by shape inside text. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  if (depth > 6) return '[deep]';
  if (value instanceof Error)
    return { name: value.name, message: redactText(value.message), stack: redactText(value.stack ?? '') };
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      SECRET_NAME.test(name) && !NOT_SECRET.test(name) ? '[redacted]' : redact(item, depth + 1),
    ]),
  );
}

function redactText(text: string): string {
  let clean = text;
  for (const pattern of SECRET_TEXT)
    clean = clean.replace(pattern, (_all, before = '', after = '') => keepEnds(before, after));
  return clean;
}

function keepEnds(before: unknown, after: unknown): string {
  return typeof before === 'string' && before.includes('://') && after === '@' ? `${before}[redacted]@` : '[redacted]';
}
