// Keeps the records in memory and in one JSON file. The file is replaced as a whole, so a crash leaves the old one.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function openStore(directory, name) {
  const file = join(directory, `${name}.json`);
  const { nextId: savedId, records } = await load(file);
  const byId = new Map(records.map((record) => [record.id, record]));
  let nextId = savedId;
  let saving = Promise.resolve();

  /** Answers when the change is on the disk; changes that come at the same time are saved one after another. */
  function save() {
    const next = saving.then(async () => {
      await mkdir(directory, { recursive: true });
      await writeFile(`${file}.new`, JSON.stringify({ nextId, records: [...byId.values()] }, null, 2));
      await rename(`${file}.new`, file);
    });
    // A failed save is told to its own caller and does not stop the next.
    saving = next.catch(() => {});
    return next;
  }

  return {
    find: (id) => byId.get(id),

    /** One page of the records that contain `text` in any of their fields. */
    list({ text, limit, offset }) {
      const wanted = text.toLowerCase();
      const found = [...byId.values()].filter(
        (record) => wanted === '' || Object.values(record).some((value) => String(value).toLowerCase().includes(wanted)),
      );
      return { items: found.slice(offset, offset + limit), total: found.length };
    },

    async create(fields) {
      const record = { id: nextId, ...fields };
      nextId += 1;
      byId.set(record.id, record);
      await save();
      return record;
    },

    async change(id, fields) {
      const record = { ...byId.get(id), ...fields };
      byId.set(id, record);
      await save();
      return record;
    },

    async remove(id) {
      byId.delete(id);
      await save();
    },
  };
}

async function load(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return { nextId: 1, records: [] };
    throw error;
  }
}
