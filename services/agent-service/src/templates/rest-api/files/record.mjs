// What is kept, and what is allowed in it. Add a field here and every endpoint knows it.

/** The address of the collection. */
export const RESOURCE = '{{name:resource}}';

const FIELDS = {
  name: { required: true, maxLength: 200 },
  notes: { required: false, maxLength: 5000 },
};

/**
 * Checks what a client sent.
 * @param isPartial whether fields may be missing because they stay as they are
 * @returns the clean fields, or the faults by field
 */
export function readRecord(input, isPartial = false) {
  if (input === null || typeof input !== 'object' || Array.isArray(input)) {
    return { faults: { body: 'An object is expected.' } };
  }
  const faults = {};
  const record = {};
  for (const field of Object.keys(input)) {
    if (!Object.hasOwn(FIELDS, field)) faults[field] = 'This field is not known.';
  }
  for (const [field, { required, maxLength }] of Object.entries(FIELDS)) {
    const value = input[field];
    if (value === undefined) {
      if (isPartial) continue;
      if (required) faults[field] = 'This field is needed.';
      else record[field] = '';
    } else if (typeof value !== 'string') faults[field] = 'Text is expected.';
    else if (required && value.trim() === '') faults[field] = 'This field may not be empty.';
    else if (value.length > maxLength) faults[field] = `At most ${maxLength} characters are allowed.`;
    else record[field] = value.trim();
  }
  return Object.keys(faults).length > 0 ? { faults } : { record };
}
