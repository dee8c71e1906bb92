// Shows the list on the page and keeps it in this browser.
(() => {
  const KEY = 'to-do-list';
  const find = (id) => document.getElementById(id);
  let items = load();
  let filter = 'all';

  /** A sandboxed page may not use storage: then the list lives as long as the page. */
  function load() {
    try {
      return ToDoList.parse(localStorage.getItem(KEY) ?? '[]');
    } catch {
      find('note').hidden = false;
      return [];
    }
  }

  function change(next) {
    items = next;
    try {
      localStorage.setItem(KEY, JSON.stringify(items));
    } catch {
      find('note').hidden = false;
    }
    render();
  }

  function toRow(item) {
    const row = document.createElement('li');
    const label = document.createElement('label');
    const box = document.createElement('input');
    const text = document.createElement('span');
    const remove = document.createElement('button');
    box.type = 'checkbox';
    box.checked = item.done;
    box.addEventListener('change', () => change(ToDoList.toggle(items, item.id)));
    text.textContent = item.text;
    remove.type = 'button';
    remove.className = 'remove';
    remove.textContent = '×';
    remove.setAttribute('aria-label', `Remove ${item.text}`);
    remove.addEventListener('click', () => change(ToDoList.remove(items, item.id)));
    label.append(box, text);
    row.className = item.done ? 'done' : '';
    row.append(label, remove);
    return row;
  }

  function render() {
    const shown = ToDoList.show(items, filter);
    find('items').replaceChildren(...shown.map(toRow));
    find('empty').hidden = shown.length > 0;
    const open = ToDoList.openCount(items);
    find('count').textContent = items.length === 0 ? '' : `${open} of ${items.length} to do`;
    for (const button of document.querySelectorAll('[data-filter]')) {
      button.setAttribute('aria-pressed', String(button.dataset.filter === filter));
    }
  }

  find('add-form').addEventListener('submit', (event) => {
    event.preventDefault();
    change(ToDoList.add(items, find('new-item').value));
    find('new-item').value = '';
  });
  for (const button of document.querySelectorAll('[data-filter]')) {
    button.addEventListener('click', () => {
      filter = button.dataset.filter;
      render();
    });
  }
  find('clear-done').addEventListener('click', () => change(ToDoList.clearDone(items)));
  render();
})();
