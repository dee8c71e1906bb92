// The list itself, without a page: every change gives a new list. `ToDoList` is its only name outside.
globalThis.ToDoList = (() => {
  const FILTERS = {
    all: () => true,
    open: (item) => !item.done,
    done: (item) => item.done,
  };

  function add(items, text) {
    const clean = text.trim();
    if (clean === '') return items;
    const id = items.reduce((highest, item) => Math.max(highest, item.id), 0) + 1;
    return [...items, { id, text: clean, done: false }];
  }

  const toggle = (items, id) => items.map((item) => (item.id === id ? { ...item, done: !item.done } : item));
  const remove = (items, id) => items.filter((item) => item.id !== id);
  const clearDone = (items) => items.filter((item) => !item.done);
  const show = (items, filter) => items.filter(FILTERS[filter] ?? FILTERS.all);
  const openCount = (items) => items.filter((item) => !item.done).length;

  /** Reads what was kept; anything unreadable is an empty list. */
  function parse(text) {
    try {
      const items = JSON.parse(text);
      return Array.isArray(items)
        ? items.filter((item) => Number.isInteger(item?.id) && typeof item?.text === 'string')
        : [];
    } catch {
      return [];
    }
  }

  return { add, toggle, remove, clearDone, show, openCount, parse };
})();
