// Keeps items in one JSON file, written whole and put in place by a rename: a crash leaves the old or the new one.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function openStore(directory) {
  const file = join(directory, 'items.json');
  await mkdir(directory, { recursive: true });
  const kept = await readFile(file, 'utf8').then(JSON.parse, () => ({ next: 1, items: [] }));
  let writing = Promise.resolve();

  /** One write after the other, each with the newest state. */
  function save() {
    writing = writing.then(async () => {
      await writeFile(`${file}.new`, JSON.stringify(kept, null, 2));
      await rename(`${file}.new`, file);
    });
    return writing;
  }

  const find = (id) => kept.items.find((item) => item.id === id);

  return {
    list: () => kept.items,
    find,
    async create(fields) {
      const item = { id: kept.next, ...fields };
      kept.next += 1;
      kept.items.push(item);
      await save();
      return item;
    },
    async update(id, fields) {
      const item = find(id);
      if (item) Object.assign(item, fields);
      await save();
      return item;
    },
    async remove(id) {
      const before = kept.items.length;
      kept.items = kept.items.filter((item) => item.id !== id);
      await save();
      return kept.items.length < before;
    },
  };
}
