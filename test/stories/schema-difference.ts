// The SQL that would make a database what a Prisma schema says: Prisma's schema engine as WebAssembly, where no native one
// is to be had. A program of its own: the engine compares classes, of which Jest has its own.
// Usage: node schema-difference.ts <url of the database> <directory of the schema>
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import { SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';

// The adapter knows no "char", nor "name", of which PostgreSQL's catalogue is full: it is given text, and the columns of
// single characters are named to the engine as such.
const [CHAR, NAME, TEXT] = [18, 19, 25];
const characters = new Set<string>();

function withTexts(result: pg.QueryResult): pg.QueryResult {
  for (const field of result.fields ?? []) {
    if (field.dataTypeID === CHAR) characters.add(field.name);
    if (field.dataTypeID === CHAR || field.dataTypeID === NAME) field.dataTypeID = TEXT;
  }
  return result;
}

class CatalogueClient extends pg.Client {
  // The pool hands a callback in, others wait for a promise.
  override query = ((...args: unknown[]) => {
    const ask = super.query as (...all: unknown[]) => Promise<pg.QueryResult>;
    const callback = args.at(-1);
    if (typeof callback !== 'function') return ask.apply(this, args).then(withTexts);
    const told = (error: unknown, result?: pg.QueryResult) => callback(error, result && withTexts(result));
    return ask.apply(this, [...args.slice(0, -1), told]);
  }) as never;
}

class CatalogueAdapter extends PrismaPg {
  override async connect() {
    const adapter = await super.connect();
    const ask = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await ask(query);
      const isCharacter = (index: number) => characters.has(result.columnNames[index] as string);
      const columnTypes = result.columnTypes.map((type, n) => (isCharacter(n) ? ColumnTypeEnum.Character : type));
      return { ...result, columnTypes };
    };
    return adapter;
  }
}

// Where the engine says why it gives up.
Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (text: string) => console.error(text) } });

const [connectionString = '', directory = ''] = process.argv.slice(2);
const files = readdirSync(directory)
  .filter((name) => name.endsWith('.prisma'))
  .map((path) => ({ path, content: readFileSync(join(directory, path), 'utf8') }));
const adapter = new CatalogueAdapter({ connectionString, Client: CatalogueClient });
const engine = await SchemaEngine.new(
  { datamodels: files.map(({ path, content }): [string, string] => [path, content]) },
  () => {},
  bindMigrationAwareSqlAdapterFactory(adapter),
);
const { stdout } = await engine.diff({
  from: { tag: 'schemaDatasource', files, configDir: directory },
  to: { tag: 'schemaDatamodel', files },
  script: true,
  exitCode: true,
  filters: { externalTables: [], externalEnums: [] },
});
process.stdout.write(stdout ?? '');
process.exit(0);
