import { expect, test } from '@jest/globals';
import { toPlainText } from './plain-text.ts';

const ESC = '\u001b';

test('text, tabs and line ends stay as they are', () => {
  expect(toPlainText('a\tb\nc — é 漢 👍 <b>')).toBe('a\tb\nc — é 漢 👍 <b>');
});

test('terminal colours, cursor moves and titles are taken out', () => {
  expect(toPlainText(`${ESC}[1;31mred${ESC}[0m ${ESC}[2J${ESC}]0;title\u0007done${ESC}(B`)).toBe('red done');
});

test('other control characters are taken out, and Windows line ends become plain ones', () => {
  expect(toPlainText('a\u0000b\u0008c\r\nd\re\u009b')).toBe('abc\nde');
});
