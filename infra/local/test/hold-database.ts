import { openEmbeddedPostgres } from '../src/embedded-postgres.ts';

// A process to kill: it opens the database of the directory it is given, says where it is, and keeps it.
const [directory = ''] = process.argv.slice(2);
const database = await openEmbeddedPostgres({
  directory,
  onUnexpectedExit: (reason) => console.log(JSON.stringify({ ended: reason })),
});
console.log(JSON.stringify({ pid: database.pid, url: database.url('postgres') }));
