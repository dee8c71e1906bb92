// The trees that git would make of a list of files.

/** `mode` as git writes it: a file, one that may be run, or a link. */
export type TreeFile = { path: string; mode: '100644' | '100755' | '120000'; id: string };

type Item = { mode: string; name: Buffer; id: string };

/**
 * Makes a tree of each directory, the inner ones first.
 * @param keep stores a tree and gives its id
 * @returns the id of the outermost
 */
export async function toTrees(
  files: readonly TreeFile[],
  keep: (content: Buffer) => Promise<string>,
  depth = 0,
): Promise<string> {
  const inner = Map.groupBy(files, ({ path }) => path.split('/')[depth] as string);
  const items = await Promise.all(
    [...inner].map(async ([text, below]): Promise<Item> => {
      const [first] = below as [TreeFile, ...TreeFile[]];
      const name = Buffer.from(text);
      if (first.path.split('/').length === depth + 1) return { mode: first.mode, name, id: first.id };
      return { mode: '40000', name, id: await toTrees(below, keep, depth + 1) };
    }),
  );
  items.sort((a, b) => Buffer.compare(orderOf(a), orderOf(b)));
  return keep(
    Buffer.concat(items.flatMap(({ mode, name, id }) => [Buffer.from(`${mode} `), name, ZERO, Buffer.from(id, 'hex')])),
  );
}

const ZERO = Buffer.from([0]);

/** A directory is ordered as if its name ended with a slash. */
const orderOf = ({ mode, name }: Item) => (mode === '40000' ? Buffer.concat([name, Buffer.from('/')]) : name);
