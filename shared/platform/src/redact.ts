// Takes secrets out of what is about to be logged.

const SECRET_NAME =
  /(authorization|cookie|password|passwd|secret|token|api[-_]?key|private[-_]?key|identity|(database|redis)[-_]?url)/i;
// Their repetitions are bounded: whatever is logged, the time taken grows with its length and not with its square.
const SECRET_TEXT: [RegExp, string][] = [
  [/\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}/g, '[redacted]'],
  [/\bBearer\s{1,10}[A-Za-z0-9._~+/=-]{8,}/gi, '[redacted]'],
  [/\beyJ[A-Za-z0-9_-]{1,2000}\.[A-Za-z0-9_-]{1,8000}\.[A-Za-z0-9_-]+/g, '[redacted]'],
  // In URLs: user:password@, and the query's parameters.
  [/(:\/\/[^\s:/@]{0,200}:)[^\s"]{1,500}@/g, '$1[redacted]@'],
  [/([?&#][\w.-]{0,40}(?:token|secret|password|key|signature)=)[^&#\s"]+/gi, '$1[redacted]'],
];
const NOT_SECRET = /^(input|output|total|max)?_?tokens$/i;

/** A copy without secrets: by field name at any depth, and by shape inside text. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  // JSON has no bigint: a log line must not fail for one.
  if (typeof value === 'bigint') return value.toString();
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

/** Text without any of these has nothing to take out, which is most of what is logged. */
const MAY_BE_SECRET = /[sr]k-|pk-|bearer|eyJ|:\/\/|[?&#]/i;

function redactText(text: string): string {
  if (!MAY_BE_SECRET.test(text)) return text;
  return SECRET_TEXT.reduce((clean, [pattern, instead]) => clean.replace(pattern, instead), text);
}
