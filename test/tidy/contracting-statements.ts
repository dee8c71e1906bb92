// What of a migration the version before it could not live with: it runs on, beside the new one, while this is rolled out.
// PostgreSQL's own parser reads the SQL.
import { parse } from 'libpg-query';

type Node = Record<string, never>;
type Constraint = { contype: string; conname?: string; raw_expr?: unknown };
type Column = { colname: string; constraints?: { Constraint: Constraint }[] };
type Command = { subtype: string; name?: string; def?: { ColumnDef?: Column; Constraint?: Constraint } };
type Relation = { relname: string };
type Create = { relation: Relation; tableElts?: { ColumnDef?: Column; Constraint?: Constraint }[] };
type Index = {
  idxname?: string;
  relation: Relation;
  unique?: boolean;
  indexParams?: { IndexElem: { name?: string } }[];
};

/** The values that a constraint allows (`state IN ('a', 'b')`), by its name: what all migrations so far have made. */
export type AllowedValues = Map<string, string[]>;

/** What only adds, whatever it says. */
const ADDS = [
  'CreateStmt',
  'InsertStmt',
  'UpdateStmt',
  'CreateFunctionStmt',
  'CommentStmt',
  'SelectStmt',
  'CreateSeqStmt',
];
const LOOSENS = ['AT_DropNotNull', 'AT_ColumnDefault', 'AT_SetStatistics', 'AT_ValidateConstraint'];
const FILLS = ['CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED'];
const REQUIRES = ['CONSTR_NOTNULL', 'CONSTR_PRIMARY'];

/**
 * @param values what constraints allowed before; is given what this migration makes of them
 * @returns a line for each statement, or part of one, that takes something from the version before
 */
export async function findContracting(sql: string, values: AllowedValues): Promise<string[]> {
  const { stmts } = (await parse(sql)) as unknown as { stmts: { stmt: Record<string, Node> }[] };
  const found: string[] = [];
  const fresh = new Set<string>();
  for (const { stmt } of stmts) {
    const [kind, node] = Object.entries(stmt)[0] as [string, unknown];
    if (kind === 'CreateStmt') addTable(node as Create, fresh, values);
    else if (kind === 'IndexStmt') found.push(...checkIndex(node as Index, fresh));
    else if (kind === 'CreateTrigStmt') {
      const { relation } = node as { relation: Relation };
      if (!fresh.has(relation.relname)) found.push(`a trigger on ${relation.relname}, which is there already`);
    } else if (kind === 'AlterTableStmt') {
      const { relation, cmds } = node as { relation: Relation; cmds: { AlterTableCmd: Command }[] };
      for (const { AlterTableCmd } of cmds) found.push(...checkCommand(relation.relname, AlterTableCmd, fresh, values));
    } else if (!ADDS.includes(kind)) found.push(kind);
  }
  // Dropped, and not made again under its name with at least the values that it had.
  for (const name of [...values.keys()].filter((key) => key.endsWith(DROPPED))) {
    values.delete(name);
    found.push(`the constraint ${name.slice(0, -DROPPED.length)} is dropped`);
  }
  return found;
}

const DROPPED = ' (dropped)';

function addTable({ relation, tableElts = [] }: Create, fresh: Set<string>, values: AllowedValues): void {
  fresh.add(relation.relname);
  for (const { ColumnDef: column, Constraint: own } of tableElts) {
    for (const constraint of [...(column?.constraints ?? []).map((item) => item.Constraint), ...(own ? [own] : [])]) {
      if (constraint.contype !== 'CONSTR_CHECK') continue;
      // PostgreSQL's name for one that has none.
      values.set(constraint.conname ?? `${relation.relname}_${column?.colname}_check`, valuesOf(constraint));
    }
  }
}

function checkIndex({ idxname, relation, unique, indexParams = [] }: Index, fresh: Set<string>): string[] {
  const isNew = indexParams.some(({ IndexElem }) => fresh.has(`${relation.relname}.${IndexElem.name}`));
  if (!unique || fresh.has(relation.relname) || isNew) return [];
  return [`the unique index ${idxname} refuses what may be written to ${relation.relname}`];
}

function checkCommand(table: string, command: Command, fresh: Set<string>, values: AllowedValues): string[] {
  const { subtype, name = '', def } = command;
  if (fresh.has(table) || LOOSENS.includes(subtype)) return [];
  if (subtype === 'AT_AddColumn' && def?.ColumnDef) {
    fresh.add(`${table}.${def.ColumnDef.colname}`);
    const kinds = (def.ColumnDef.constraints ?? []).map(({ Constraint }) => Constraint.contype);
    const isRequired = kinds.some((kind) => REQUIRES.includes(kind)) && !kinds.some((kind) => FILLS.includes(kind));
    return isRequired ? [`${table}.${def.ColumnDef.colname} is not null and has no default`] : [];
  }
  if (subtype === 'AT_DropConstraint') {
    values.set(`${name}${DROPPED}`, values.get(name) ?? []);
    return [];
  }
  if (subtype === 'AT_AddConstraint' && def?.Constraint) {
    const { conname = '' } = def.Constraint;
    const before = values.get(`${conname}${DROPPED}`);
    const now = valuesOf(def.Constraint);
    values.delete(`${conname}${DROPPED}`);
    values.set(conname, now);
    const isWider = before && before.length > 0 && before.every((value) => now.includes(value));
    return isWider ? [] : [`the constraint ${conname} refuses what may be written to ${table}`];
  }
  return [`${subtype} of ${table}${name ? `.${name}` : ''}`];
}

/** Every text in the constraint's expression. */
const valuesOf = ({ raw_expr }: Constraint): string[] =>
  [...JSON.stringify(raw_expr).matchAll(/"A_Const":\{"sval":\{"sval":"([^"]*)"/g)].map(([, value = '']) => value);
