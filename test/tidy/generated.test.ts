// Generated documents say what the code says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { allDocuments } from '../../scripts/docs/all-documents.ts';
import { ROOT } from './source-files.ts';

test.each((await allDocuments()).map((document) => [document.path, document.text]))(
  '%s is not stale (npm run generate)',
  (path, text) => {
    expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
  },
);
