// The rules of the list: every function returns a new list and leaves the old one alone.
// A classic script, because browsers load modules only from a server: it puts everything into one global name.
globalThis.toDoList = (() => {
  const MAX_LENGTH = 200;

  const clean = (text) => text.replace(/\s+/g, ' ').trim().slice(0, MAX_LENGTH);

  /** Adds an open item at the end; empty text adds nothing. */
  function add(items, text) {
    const cleaned = clean(text);
    if (cleaned === '') return items;
    const id = Math.max(0, ...items.map((item) => item.id)) + 1;
    return [...items, { id, text: cleaned, done: false }];
  }

  /** Ticks an item off, or back on. */
  function toggle(items, id) {
    return items.map((item) => (item.id === id ? { ...item, done: !item.done } : item));
  }

  /** Gives an item another text; empty text deletes it. */
  function rename(items, id, text) {
    const cleaned = clean(text);
    if (cleaned === '') return remove(items, id);
    return items.map((item) => (item.id === id ? { ...item, text: cleaned } : item));
  }

  function remove(items, id) {
    return items.filter((item) => item.id !== id);
  }

  function clearDone(items) {
    return items.filter((item) => !item.done);
  }

  /** The items to show: `all`, `open` or `done`. */
  function select(items, filter) {
    return filter === 'all' ? items : items.filter((item) => item.done === (filter === 'done'));
  }

  function countOpen(items) {
    return select(items, 'open').length;
  }

  /** A list out of what was stored; whatever is not an item is left out. */
  function parse(stored) {
    try {
      return JSON.parse(stored).filter(
        (item) => Number.isSafeInteger(item?.id) && typeof item.text === 'string' && typeof item.done === 'boolean',
      );
    } catch {
      return [];
    }
  }

  return { add, toggle, rename, remove, clearDone, select, countOpen, parse };
})();
