// Takes out of what leaves for others whatever is secret: by name, by shape, and by being a secret of this process.
import type { Environment } from '../config.ts';
import { redact } from '../redact.ts';

const SECRET_SETTING = /(KEY|TOKEN|SECRET|PASSWORD|DSN)$|_URL$/;
const SHORTEST = 8;

/** @returns a function that copies JSON data without secrets */
export function newScrubber(env: Environment): <T>(data: T) => T {
  const secrets = Object.entries(env)
    .filter(([name]) => SECRET_SETTING.test(name))
    .flatMap(([name, value = '']) => (name.endsWith('_URL') ? passwordOf(value) : value))
    .filter((value) => value.length >= SHORTEST)
    // The longest first: one may be a part of another.
    .sort((a, b) => b.length - a.length)
    .map((value) => JSON.stringify(value).slice(1, -1));
  return <T>(data: T) => {
    const text = JSON.stringify(redact(data, -REPORT_DEPTH));
    return JSON.parse(secrets.reduce((clean, secret) => clean.replaceAll(secret, '[redacted]'), text)) as T;
  };
}

/** Reports nest deeper than log lines do. */
const REPORT_DEPTH = 6;

function passwordOf(text: string): string {
  try {
    return decodeURIComponent(new URL(text).password);
  } catch {
    return '';
  }
}
