import { expect, test } from '@jest/globals';
import { toFileText } from './file-text.ts';
import { highlightLines } from './highlight-lines.ts';

test('the parts of a text are told apart, and put together they are the text', () => {
  const source = '<!doctype html>\n<img src=x onerror=alert(1)>\n<!-- two\nlines -->\n';
  const lines = highlightLines('page.html', source);
  expect(lines?.map((pieces) => pieces.map(({ text }) => text).join('')).join('\n')).toBe(source);
  expect(lines?.[2]?.[0]).toEqual({ text: '<!-- two', className: 'hljs-comment' });
  expect(lines?.[3]?.[0]).toEqual({ text: 'lines -->', className: 'hljs-comment' });
});

test('what is of no known language, or long, is left plain', () => {
  expect(highlightLines('notes', 'text')).toBeUndefined();
  expect(highlightLines('a.constructor', 'text')).toBeUndefined();
  expect(highlightLines('big.js', 'x'.repeat(300_001))).toBeUndefined();
});

test('bytes that are no text are none', () => {
  const bytes = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer;
  expect(toFileText(bytes('a\r\nb\n'))?.lines).toEqual(['a', 'b']);
  expect(toFileText(bytes('a\0b'))).toBeNull();
  expect(toFileText(new Uint8Array([0xff, 0xfe]).buffer)).toBeNull();
});
