import { describe, expect, test } from '@jest/globals';
import { boundedOutput } from './bounded-output.ts';

function output(maxBytes: number, chunks: string[]) {
  const bounded = boundedOutput(maxBytes);
  for (const chunk of chunks) bounded.add(Buffer.from(chunk));
  return { text: bounded.text(), truncated: bounded.truncated() };
}

describe('bounded output', () => {
  test.each([[['']], [['abc', 'défg']], [['12345', '67890']], [['1234567890']], [['123456789', '0']]])(
    'of %j is all of it',
    (chunks) => {
      expect(output(10, chunks)).toEqual({ text: chunks.join(''), truncated: false });
    },
  );

  test.each([[['1234567890x']], [[...'1234567890x']], [['1234', '567890', 'x']]])(
    'of %j is the beginning and the end',
    (chunks) => {
      expect(output(10, chunks)).toEqual({ text: '12345\n… 1 bytes left out …\n7890x', truncated: true });
    },
  );

  test('counts what was left out', () => {
    const chunks = Array.from({ length: 1_000 }, () => 'x'.repeat(1_000));
    expect(output(100, chunks).text).toContain('999900 bytes left out');
  });
});
