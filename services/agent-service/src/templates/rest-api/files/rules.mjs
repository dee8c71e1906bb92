// What may be stored: a name, and a note if there is one.

/** @returns {{ fields?: object, errors?: Record<string, string> }} the clean fields, or faults by field */
export function checkItem(input, { partial = false } = {}) {
  if (input === null || typeof input !== 'object' || Array.isArray(input))
    return { errors: { body: 'must be a JSON object' } };
  const errors = {};
  const fields = {};
  for (const key of Object.keys(input)) {
    if (key !== 'name' && key !== 'note') errors[key] = 'is not known';
  }
  if ('name' in input || !partial) {
    if (typeof input.name !== 'string' || input.name.trim() === '') errors.name = 'must be text';
    else if (input.name.length > 200) errors.name = 'may have 200 characters';
    else fields.name = input.name.trim();
  }
  if ('note' in input) {
    if (typeof input.note !== 'string' || input.note.length > 2000)
      errors.note = 'must be text of 2000 characters at most';
    else fields.note = input.note;
  }
  return Object.keys(errors).length > 0 ? { errors } : { fields };
}
