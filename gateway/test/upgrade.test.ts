// A database from before there were accounts: its owner stays the owner, and stays signed in.
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@builder-ai/platform/database';
import { silentLogger } from '@builder-ai/platform/logger';
import { migrate } from '@builder-ai/platform/migrate';
import { newOutbox } from '@builder-ai/platform/outbox';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { expect, test } from '@jest/globals';
import { newSessionStore } from '../src/auth/session-store.ts';
import { hashToken } from '../src/auth/token.ts';
import { MIGRATIONS } from '../src/compose.ts';

const FIRST_OF_IDENTITY = '20261124020000_identity';

test('the first user becomes the owner, sessions and links go on working', async () => {
  const database = await openServiceDatabase();
  const before = await mkdtemp(join(tmpdir(), 'gateway migrations '));
  const db = openDatabase({ url: database.url, name: 'test', logger: silentLogger, max: 4 });
  try {
    for (const name of await readdir(MIGRATIONS))
      if (name < FIRST_OF_IDENTITY) await cp(join(MIGRATIONS, name), join(before, name), { recursive: true });
    await migrate({ databaseUrl: database.url, directory: before });
    await db.query(
      `insert into users (id, name, created_at) values ('b', 'Owner', now() - interval '1 day'), ('a', 'x', now())`,
    );
    await db.query(
      `insert into sessions (token_hash, user_id, expires_at) values ($1, 'b', now() + interval '1 day'), ($2, 'b', now() + interval '1 day')`,
      [hashToken('one'), hashToken('two')],
    );
    await db.query(
      `insert into sign_in_links (token_hash, user_id, expires_at) values ($1, 'b', now() + interval '1 day')`,
      [hashToken('link')],
    );
    await migrate({ databaseUrl: database.url, directory: MIGRATIONS });
    const sessions = newSessionStore(db, newOutbox('gateway'));
    expect(await sessions.ensureOwner()).toBe('b');
    expect(await sessions.findUser('one')).toEqual({
      userId: 'b',
      isOwner: true,
      projects: {},
      sessionId: expect.any(String),
    });
    expect((await sessions.useLink('link'))?.userId).toBe('b');
    const listed = await sessions.list('b');
    expect(new Set(listed.map(({ id }) => id)).size).toBe(3);
  } finally {
    await db.close();
    await database.drop();
    await rm(before, { recursive: true, force: true });
  }
});
