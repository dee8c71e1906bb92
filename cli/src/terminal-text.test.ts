import { expect, test } from '@jest/globals';
import { toLine, toTerminalJson, toTerminalText } from './terminal-text.ts';

test.each([
  ['colours', '\u001b[31mred\u001b[0m', 'red'],
  ['a title', '\u001b]0;owned\u0007text', 'text'],
  ['a link', '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\', 'click'],
  ['the clipboard', '\u001b]52;c;ZXZpbA==\u0007x', 'x'],
  ['an escape of one byte', '\u009b31mred', 'red'],
  ['drawing over a line', 'good\rbad', 'goodbad'],
  ['going back', 'good\b\b\b\bevil', 'goodevil'],
  ['turning round', 'a\u202egnp.exe', 'agnp.exe'],
  ['lines and tabs', 'a\n\tb', 'a\n\tb'],
])('%s', (_what, given, expected) => {
  expect(toTerminalText(given)).toBe(expected);
});

test('an escape that is cut in two is harmless as well', () => {
  expect(toTerminalText('\u001b')).toBe('');
  expect(toTerminalText('\u001b[')).not.toContain('\u001b');
});

test('JSON means the same and has no control character', () => {
  const value = { a: '\u001b[31m\u009b\u007f\u202e\n', b: ['x'] };
  const text = toTerminalJson(value, 2);
  expect(JSON.parse(text)).toEqual(value);
  expect(text.replaceAll('\n', '')).toMatch(/^[\u0020-\u007e]*$/);
});

test('a line is one line', () => {
  expect(toLine('a\n  b\u001b[2J c')).toBe('a b c');
  expect(toLine('x'.repeat(300), 10)).toBe('xxxxxxxxx…');
});
