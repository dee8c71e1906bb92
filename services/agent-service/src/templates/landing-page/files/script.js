// Checks the form and sends it without leaving the page. Without this script the form still works.
(() => {
  const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
  const form = document.getElementById('contact-form');
  const status = document.getElementById('form-status');
  const button = form.querySelector('button');
  const fields = ['name', 'email', 'message'].map((name) => document.getElementById(name));

  // From here on the faults are shown beside the fields instead of in the browser's bubbles.
  form.noValidate = true;

  function say(text, kind) {
    status.textContent = text;
    status.className = kind;
  }

  function show(field, fault) {
    field.setAttribute('aria-invalid', String(fault !== ''));
    document.getElementById(`${field.id}-fault`).textContent = fault;
  }

  function faultOf(field) {
    if (field.value.trim() === '') return 'Please fill this in.';
    if (field.type !== 'email' || ADDRESS.test(field.value.trim())) return '';
    return 'This does not look like an e-mail address.';
  }

  /** Shows the faults by field name and goes to the first. Returns whether there are any. */
  function showFaults(faults) {
    for (const field of fields) show(field, faults[field.name] ?? '');
    fields.find((field) => faults[field.name])?.focus();
    return fields.some((field) => faults[field.name]);
  }

  for (const field of fields) {
    field.addEventListener('input', () => {
      if (field.getAttribute('aria-invalid') === 'true') show(field, faultOf(field));
    });
  }

  async function send() {
    const response = await fetch(form.getAttribute('action'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(fields.map((field) => [field.name, field.value]))),
    });
    const answer = await response.json();
    if (response.status === 422 && answer.errors) return answer.errors;
    if (response.status !== 201 || !answer.stored) throw new Error('Something else answers here.');
    return {};
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    say('', '');
    if (showFaults(Object.fromEntries(fields.map((field) => [field.name, faultOf(field)])))) return;
    button.disabled = true;
    say('Sending …', '');
    try {
      if (showFaults(await send())) say('Please look at the marked fields.', 'bad');
      else {
        for (const field of fields) field.value = '';
        say('Thank you! Your message has arrived.', 'good');
      }
    } catch {
      say('Not sent: this is the page without its server. Start it with “npm start” and the form works.', 'bad');
    }
    button.disabled = false;
  });
})();
