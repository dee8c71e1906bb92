// better-auth's way to the gateway's own database: its four tables by hand-written SQL, and of a session only its token's
// hash, in the table where sign-in links make theirs as well.
import type { Database } from '@builder-ai/platform/database';
import { type CleanedWhere, createAdapterFactory } from 'better-auth/adapters';
import { hashToken } from '../auth/token.ts';

type Row = Record<string, unknown>;

const HASHED = 'token_hash';

/** Columns come from our configuration, never from a request; all the same nothing else becomes SQL. */
function column(name: string): string {
  if (!/^[a-z_]+$/.test(name)) throw new Error(`${name} is no column.`);
  return `"${name}"`;
}

const stored = (name: string, value: unknown) => (name === HASHED ? hashToken(String(value)) : value);

function conditions(where: readonly CleanedWhere[], values: unknown[]): string {
  if (where.length === 0) return 'true';
  const parts = where.map(({ field, operator, value, connector }, index) => {
    if (connector !== 'AND' && index > 0) throw new Error('Only conditions that all hold are supported.');
    if (value === null && operator === 'eq') return `${column(field)} is null`;
    if (operator === 'in') {
      values.push((value as unknown[]).map((item) => stored(field, item)));
      return `${column(field)} = any($${values.length})`;
    }
    const sign = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' }[operator as 'eq'];
    if (!sign) throw new Error(`The condition ${operator} is not supported.`);
    values.push(stored(field, value));
    return `${column(field)} ${sign} $${values.length}`;
  });
  return parts.join(' and ');
}

function assignments(row: Row, values: unknown[]): string {
  const parts = Object.entries(row).map(([name, value]) => {
    values.push(stored(name, value));
    return `${column(name)} = $${values.length}`;
  });
  return parts.join(', ');
}

export function newAccountAdapter(db: Database) {
  const update = (model: string, where: readonly CleanedWhere[], row: Row) => {
    const values: unknown[] = [];
    const set = assignments(row, values);
    return db.query<Row>(`update ${column(model)} set ${set} where ${conditions(where, values)} returning *`, values);
  };
  const select = (model: string, where: readonly CleanedWhere[], rest: string) => {
    const values: unknown[] = [];
    return db.query<Row>(`select * from ${column(model)} where ${conditions(where, values)} ${rest}`, values);
  };
  const remove = (model: string, where: readonly CleanedWhere[]) => {
    const values: unknown[] = [];
    return db.query<Row>(`delete from ${column(model)} where ${conditions(where, values)} returning *`, values);
  };
  return createAdapterFactory({
    config: {
      adapterId: 'gateway',
      adapterName: 'gateway',
      supportsJSON: false,
      supportsDates: true,
      supportsBooleans: true,
      supportsNumericIds: false,
      transaction: false,
    },
    adapter: () => ({
      async create<T extends Row>({ model, data }: { model: string; data: T }): Promise<T> {
        const names = Object.keys(data);
        const values = names.map((name) => stored(name, data[name]));
        const [row] = await db.query<T>(
          `insert into ${column(model)} (${names.map(column).join(', ')})
           values (${names.map((_, index) => `$${index + 1}`).join(', ')}) returning *`,
          values,
        );
        // The one moment at which the token itself is known.
        return { ...(row as T), ...(HASHED in data && { [HASHED]: data[HASHED] }) };
      },
      async update<T>({ model, where, update: row }: { model: string; where: CleanedWhere[]; update: T }) {
        return ((await update(model, where, row as Row))[0] as T | undefined) ?? null;
      },
      async updateMany({ model, where, update: row }) {
        return (await update(model, where, row)).length;
      },
      async findOne<T>({ model, where }: { model: string; where: CleanedWhere[] }) {
        return ((await select(model, where, 'limit 1'))[0] as T | undefined) ?? null;
      },
      async findMany<T>(query: {
        model: string;
        where?: CleanedWhere[];
        limit: number;
        offset?: number;
        sortBy?: { field: string; direction: 'asc' | 'desc' };
      }) {
        const { model, where = [], limit, offset = 0, sortBy } = query;
        const order = sortBy ? `order by ${column(sortBy.field)} ${sortBy.direction === 'asc' ? 'asc' : 'desc'}` : '';
        return (await select(model, where, `${order} limit ${Number(limit)} offset ${Number(offset)}`)) as T[];
      },
      async delete({ model, where }) {
        await remove(model, where);
      },
      async deleteMany({ model, where }) {
        return (await remove(model, where)).length;
      },
      async count({ model, where = [] }) {
        return (await select(model, where, '')).length;
      },
    }),
  });
}
