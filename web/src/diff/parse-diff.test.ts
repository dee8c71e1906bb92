import { expect, test } from '@jest/globals';
import { parseDiff } from './parse-diff.ts';

const CHANGED = `diff --git a/a b.txt b/a b.txt
index 1..2 100644
--- a/a b.txt
+++ b/a b.txt
@@ -1,3 +1,3 @@ title
 one
-two
+<b>2</b>
 three
`;

test('a changed file has its lines, with their numbers before and after', () => {
  const { files, isCut } = parseDiff(CHANGED);
  expect(isCut).toBe(false);
  expect(files).toEqual([
    {
      path: 'a b.txt',
      change: 'changed',
      added: 1,
      removed: 1,
      hunks: [
        {
          title: 'title',
          lines: [
            { kind: 'same', before: 1, after: 1, text: 'one' },
            { kind: 'removed', before: 2, after: null, text: 'two' },
            { kind: 'added', before: null, after: 2, text: '<b>2</b>' },
            { kind: 'same', before: 3, after: 3, text: 'three' },
          ],
        },
      ],
    },
  ]);
});

test('created, deleted and empty files are told apart', () => {
  const created = 'diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n';
  const deleted = 'diff --git a/d b/d\ndeleted file mode 100644\n--- a/d\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n';
  const empty = 'diff --git a/e b/e\nnew file mode 100644\nindex 0..e\n';
  const { files } = parseDiff(created + deleted + empty);
  expect(files.map(({ path, change, added, removed }) => [path, change, added, removed])).toEqual([
    ['n', 'created', 1, 0],
    ['d', 'deleted', 0, 1],
    ['e', 'created', 0, 0],
  ]);
});

test('a line that looks like the head of a diff is a line', () => {
  const text =
    'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- a/y\n-diff --git a/z b/z\n+++ b/y\n+@@ -1 +1 @@\n';
  const { files } = parseDiff(text);
  expect(files).toHaveLength(1);
  expect(files[0]?.hunks[0]?.lines.map(({ text: line }) => line)).toEqual([
    '-- a/y',
    'diff --git a/z b/z',
    '++ b/y',
    '@@ -1 +1 @@',
  ]);
});

test('a missing line end at the end of a file is noted', () => {
  const text =
    'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n';
  expect(parseDiff(text).files[0]?.hunks[0]?.lines.map(({ kind }) => kind)).toEqual([
    'removed',
    'note',
    'added',
    'note',
  ]);
});

test('a name in quotes is read as it is', () => {
  const text = 'diff --git "a/caf\\303\\251 \\"x\\".txt" "b/caf\\303\\251 \\"x\\".txt"\nnew file mode 100644\n';
  expect(parseDiff(text).files[0]?.path).toBe('café "x".txt');
});

test('a diff that was cut off says so', () => {
  const text = `${CHANGED.split('\n').slice(0, 6).join('\n')}\n\n… the diff is longer and was cut off here …\n`;
  expect(parseDiff(text)).toMatchObject({ isCut: true, files: [{ path: 'a b.txt' }] });
});

test('no diff at all has no files', () => {
  expect(parseDiff('')).toEqual({ files: [], isCut: false });
});
