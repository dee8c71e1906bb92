// What a good message is, and where it is kept: one JSON line each.
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const LIMITS = { name: 100, email: 200, message: 5000 };

/** The texts of the fields, trimmed; a browser's line ends become plain ones. */
export function readFields(input) {
  const text = (field) => (typeof input[field] === 'string' ? input[field].replaceAll('\r\n', '\n').trim() : '');
  return { name: text('name'), email: text('email'), message: text('message') };
}

/** Faults by field; an empty object for a good message. */
export function findErrors(fields) {
  const errors = {};
  if (fields.name === '') errors.name = 'Please tell us your name.';
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(fields.email)) {
    errors.email = 'Please give an e-mail address that we can answer.';
  }
  if (fields.message === '') errors.message = 'Please write a message.';
  for (const [field, limit] of Object.entries(LIMITS)) {
    if (fields[field].length > limit) errors[field] = `At most ${limit} characters, please.`;
  }
  return errors;
}

/** Appends a message to messages.jsonl. */
export async function storeMessage(directory, fields) {
  await mkdir(directory, { recursive: true });
  const line = { received_at: new Date().toISOString(), ...fields };
  await appendFile(join(directory, 'messages.jsonl'), `${JSON.stringify(line)}\n`);
}
