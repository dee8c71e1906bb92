import { createHash } from 'node:crypto';
import type { ModelRequest } from './model.ts';

/**
 * What is asked, as a short text: the same for the same instructions and conversation. What tools gave is left out but for
 * whether it was a fault: a command may well print the time.
 * @returns 32 hexadecimal digits
 */
export function fingerprintOf({ purpose, system, messages }: Omit<ModelRequest, 'signal'>): string {
  const asked = messages.map(({ role, content }) => [
    role,
    content.map((block) => (block.type === 'tool_result' ? [block.type, block.is_error] : block)),
  ]);
  return createHash('sha256')
    .update(JSON.stringify(ordered([purpose, system, asked])))
    .digest('hex')
    .slice(0, 32);
}

/** A ledger keeps the fields of an object in an order of its own. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, inner]) => [name, ordered(inner)]);
}
