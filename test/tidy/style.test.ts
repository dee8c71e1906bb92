// The style of this repository as tests (CONTRIBUTING.md says it in words).
import { expect, test } from '@jest/globals';
import { isSource, listFiles } from './source-files.ts';

const files = listFiles();
const sources = files.filter((file) => isSource(file.path));

const MAX_LINES = 250;
const FORBIDDEN_NAMES = /(^|\/)(utils?|helpers?|common|misc|manager|base|types)(\.[a-z]+)*$|impl\.ts$/i;

test('no file has more than 250 lines', () => {
  expect(
    sources.filter((file) => file.lines.length > MAX_LINES + 1).map((file) => `${file.path}: ${file.lines.length}`),
  ).toEqual([]);
});

test('file and folder names are kebab-case and say what they are for', () => {
  const bad = sources.flatMap((file) => {
    const parts = file.path.split('/');
    const wrong = parts.filter(
      (part) => !/^[a-z0-9.-]+$/.test(part) || FORBIDDEN_NAMES.test(part.replace(/\.(ts|tsx|mjs|js)$/, '')),
    );
    return wrong.map((part) => `${file.path}: ${part}`);
  });
  expect(bad.filter((entry) => !entry.startsWith('tsconfig.base'))).toEqual([]);
});

test('no interface is named I…', () => {
  expect(
    sources.filter((file) => /\b(?:interface|type) I[A-Z][a-z]\w*\b/.test(file.text)).map((file) => file.path),
  ).toEqual([]);
});

test('no merge-conflict markers', () => {
  expect(files.filter((file) => /^(<{7} |={7}$|>{7} )/m.test(file.text)).map((file) => file.path)).toEqual([]);
});

test('no focused or skipped tests, nothing untyped, nothing left to do', () => {
  const marks =
    /\b(?:describe|it|test)\.(?:only\b|todo\b|skip\()|\bas any\b|@ts-(?:ignore|nocheck)|\b(?:TODO|FIXME|XXX)\b/;
  const self = 'test/tidy/style.test.ts';
  expect(sources.filter((file) => file.path !== self && marks.test(file.text)).map((file) => file.path)).toEqual([]);
});

test('only config files, process entries and tests read the environment', () => {
  const allowed =
    /(^|\/)(config|main|run-process|run-migrations)\.ts$|\.test\.ts$|\.config\.(ts|mjs)$|^(test|bench|scripts|infra\/local|shared\/testing)\/|\/check(-[a-z]+)?\.ts$|\/templates\/|\/test\//;
  // A child process gets PATH and nothing else: these two build that environment.
  const childEnvironments = [
    'services/agent-service/src/workspace/git.ts',
    'services/agent-service/src/tools/run-check.ts',
    'services/agent-service/src/mcp/mcp-tools.ts',
  ];
  const readers = sources.filter((file) => /process\.env\b/.test(file.text)).map((file) => file.path);
  expect(readers.filter((path) => !allowed.test(path) && !childEnvironments.includes(path))).toEqual([]);
});

test('nothing happens at import: no timer, connection or file access at the top level of a module', () => {
  const entries =
    /(^|\/)(main(-[a-z]+)?|lease-renewal-thread|import-tasks)\.tsx?$|\.test\.tsx?$|\.mjs$|^(test|bench|scripts|web)\/|\/check\.ts$|\/test\//;
  const effects = /^(?:setInterval|setTimeout|await |new (?:pg|Worker|Server)\b|readFileSync|process\.on)/m;
  expect(
    sources.filter((file) => !entries.test(file.path) && effects.test(file.text)).map((file) => file.path),
  ).toEqual([]);
});

test('every platform and test module begins by saying what it does', () => {
  const modules = sources.filter(
    (file) => /^shared\/(platform|testing)\/src\//.test(file.path) && !file.path.endsWith('.test.ts'),
  );
  expect(modules.filter((file) => !/^(\/\/|\/\*\*)/.test(file.text)).map((file) => file.path)).toEqual([
    'shared/testing/src/jest-global-teardown.ts',
  ]);
});

test('no domain noun in the platform', () => {
  const nouns = /\b(?:tasks?|runs?|plans?|agents?|workspaces?|budgets?)\b/i;
  const allowed =
    /task-service|agent-service|task_id|taskId|runseq|task\.|agent\.|TASK_|AGENT_|task's|TASK_SERVICE_URL/;
  const offending = sources
    .filter((file) => file.path.startsWith('shared/platform/src/') && !file.path.endsWith('.test.ts'))
    .flatMap((file) =>
      file.lines
        .filter(
          (line) =>
            /\b(?:type|const|function|let)\s+\w*(?:Task|Plan|Workspace|Budget)\w*/.test(line) &&
            nouns.test(line) &&
            !allowed.test(line),
        )
        .map((line) => `${file.path}: ${line.trim()}`),
    );
  expect(offending).toEqual([]);
});

test('no machine paths, registry addresses or secrets in the repository', () => {
  const traces =
    /\/work\/(?:main|shared)|\/root\/\.|registry\.npmjs\.org|sk-ant-[A-Za-z0-9]|-----BEGIN [A-Z ]*PRIVATE KEY/;
  expect(
    files.filter((file) => file.path !== 'test/tidy/style.test.ts' && traces.test(file.text)).map((file) => file.path),
  ).toEqual([]);
});
