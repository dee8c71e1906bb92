// Sends the form without leaving the page, and says what came of it. Without this script the form still works.
(() => {
  const form = document.getElementById('contact-form');
  const status = document.getElementById('form-status');
  const button = form.querySelector('button');

  function say(text, kind) {
    status.textContent = text;
    status.className = kind;
  }

  function mark(errors) {
    for (const field of form.elements) {
      if (field.name) field.setAttribute('aria-invalid', String(field.name in errors));
    }
    const first = Object.keys(errors)[0];
    if (first) form.elements[first].focus();
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    say('Sending …', '');
    try {
      const message = Object.fromEntries(new FormData(form));
      const response = await fetch(form.getAttribute('action'), {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(message),
      });
      const answer = await response.json();
      if (response.status !== 201 && !answer.errors) throw new Error('not our server');
      mark(answer.errors ?? {});
      if (answer.errors) say(Object.values(answer.errors).join(' '), 'bad');
      else {
        form.reset();
        say('Thank you! Your message has arrived.', 'good');
      }
    } catch {
      say('This is a preview: the server that takes messages is not running here. Start it with npm start.', 'bad');
    }
    button.disabled = false;
  });
})();
