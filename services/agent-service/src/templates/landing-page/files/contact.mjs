// What a good message is, and where it is kept: one JSON line each.
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const LIMITS = { name: 100, email: 200, message: 5000 };

/** Faults by field; an empty object for a good message. */
export function findErrors(message) {
  const errors = {};
  const text = (field) => (typeof message[field] === 'string' ? message[field].trim() : '');
  if (text('name') === '') errors.name = 'Please tell us your name.';
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text('email')))
    errors.email = 'Please give an e-mail address that we can answer.';
  if (text('message') === '') errors.message = 'Please write a message.';
  for (const [field, limit] of Object.entries(LIMITS)) {
    if (text(field).length > limit) errors[field] = `At most ${limit} characters, please.`;
  }
  return errors;
}

/** Appends a message to messages.jsonl. */
export async function storeMessage(directory, message) {
  const { name, email, message: text } = message;
  await mkdir(directory, { recursive: true });
  const line = { received_at: new Date().toISOString(), name: name.trim(), email: email.trim(), message: text.trim() };
  await appendFile(join(directory, 'messages.jsonl'), `${JSON.stringify(line)}\n`);
}
