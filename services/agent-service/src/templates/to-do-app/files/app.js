// Shows the list and keeps it in the browser. What the list may do stands in list.js.
(() => {
  const KEY = '{{name:slug}}-items';
  const list = globalThis.toDoList;
  const find = (id) => document.getElementById(id);
  const filters = [...document.querySelectorAll('[data-filter]')];

  let items = [];
  let filter = 'all';
  /** The id of the item whose text is being changed. */
  let changing;

  // A page in a sandbox may not keep anything: then the list lives as long as the page, and the page says so.
  function load() {
    try {
      items = list.parse(localStorage.getItem(KEY));
    } catch {
      find('note').hidden = false;
    }
  }

  function save() {
    try {
      localStorage.setItem(KEY, JSON.stringify(items));
    } catch {
      find('note').hidden = false;
    }
  }

  function update(changed) {
    items = changed;
    changing = undefined;
    save();
    show();
  }

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  function button(className, sign, label, onClick) {
    const made = element('button', { className, type: 'button', textContent: sign });
    made.setAttribute('aria-label', label);
    made.addEventListener('click', onClick);
    return made;
  }

  function row(item) {
    if (item.id === changing) return changingRow(item);
    const box = element('input', { type: 'checkbox', checked: item.done });
    box.addEventListener('change', () => update(list.toggle(items, item.id)));
    const label = element('label', {}, box, element('span', { className: 'text', textContent: item.text }));
    const edit = button('edit', '✎', `Change “${item.text}”`, () => {
      changing = item.id;
      show();
      document.querySelector('.changed-text').focus();
    });
    const remove = button('delete', '×', `Delete “${item.text}”`, () => {
      update(list.remove(items, item.id));
      find('new-text').focus();
    });
    return element('li', { className: item.done ? 'done' : '' }, label, edit, remove);
  }

  function changingRow(item) {
    const field = element('input', { className: 'changed-text', value: item.text, maxLength: 200 });
    field.setAttribute('aria-label', `New text for “${item.text}”`);
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      changing = undefined;
      show();
    });
    const form = element('form', { className: 'change' }, field, element('button', { textContent: 'Save' }));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      update(list.rename(items, item.id, field.value));
    });
    return element('li', {}, form);
  }

  const EMPTY = {
    all: 'Nothing to do yet. Write the first thing above.',
    open: 'Everything is done. Well done!',
    done: 'Nothing is done yet.',
  };

  function show() {
    const shown = list.select(items, filter);
    const open = list.countOpen(items);
    find('items').replaceChildren(...shown.map(row));
    find('empty').hidden = shown.length > 0;
    find('empty').textContent = items.length === 0 ? EMPTY.all : EMPTY[filter];
    find('left').textContent = `${open} ${open === 1 ? 'thing' : 'things'} left`;
    find('clear').disabled = open === items.length;
    for (const choice of filters) choice.setAttribute('aria-pressed', String(choice.dataset.filter === filter));
  }

  find('new').addEventListener('submit', (event) => {
    event.preventDefault();
    const field = find('new-text');
    update(list.add(items, field.value));
    field.value = '';
    field.focus();
  });
  for (const choice of filters) {
    choice.addEventListener('click', () => {
      filter = choice.dataset.filter;
      show();
    });
  }
  find('clear').addEventListener('click', () => update(list.clearDone(items)));

  load();
  show();
})();
