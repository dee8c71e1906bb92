import { describe, expect, test } from '@jest/globals';
import { removeScripts, sanitiseGoal } from './sanitise-goal.ts';

const PATTERNS = [/<script[^>]*>.*?<\/script>/is, /javascript:/i, /\bon\w+\s*=/i];

describe('removeScripts', () => {
  test.each([
    ['build <script>alert(1)</script> a page', 'build  a page'],
    ['a <SCRIPT type="x">\nalert(1)\n</Script> b', 'a  b'],
    ['see JavaScript:alert(1)', 'see alert(1)'],
    ['<img onerror = x>', '<img  x>'],
    ['conversion = 5', 'conversion = 5'],
    ['on = 5', 'on = 5'],
    ['jajavascript:vascript:x', 'x'],
    ['<scr<script>a</script>ipt>b</script>c', 'c'],
    ['ononclick=click=1', 'click=1'],
    ['<script>never closed', '<script>never closed'],
    ['a</script>b', 'a</script>b'],
    ['<script><script>x</script>y', 'y'],
  ])('%j becomes %j', (goal, expected) => {
    expect(removeScripts(goal)).toBe(expected);
  });

  test('leaves no pattern behind, whatever the pieces are put together to', () => {
    const pieces = [
      '<script',
      '>',
      '</script>',
      'javascript:',
      'java',
      'script:',
      ' on',
      'click',
      '=',
      ' ',
      '<',
      'x',
      '/script>',
      'on',
    ];
    let state = 42;
    const next = (limit: number) => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state % limit;
    };
    for (let round = 0; round < 20_000; round += 1) {
      const goal = Array.from({ length: 1 + next(12) }, () => pieces[next(pieces.length)]).join('');
      const clean = removeScripts(goal);
      for (const pattern of PATTERNS) expect([goal, clean, pattern.test(clean)]).toEqual([goal, clean, false]);
    }
  });

  test('is linear: two hundred thousand hostile characters are done at once', () => {
    for (const piece of ['<script', 'on', 'javascript', '<script>', 'a=']) {
      const text = piece.repeat(200_000 / piece.length);
      expect(removeScripts(text).length).toBeGreaterThan(0);
    }
  });
});

describe('sanitiseGoal', () => {
  test.each(['', '   \n', '<script>x</script>', ' javascript: '])('%j is empty', (goal) => {
    expect(() => sanitiseGoal(goal)).toThrow('Goal cannot be empty');
  });

  test('2000 characters are taken and trimmed, 2001 are too many even if blank', () => {
    expect(sanitiseGoal(` ${'x'.repeat(1_998)} `)).toHaveLength(1_998);
    expect(() => sanitiseGoal(`x${' '.repeat(2_000)}`)).toThrow('Goal too long (max 2000 chars)');
  });
});
