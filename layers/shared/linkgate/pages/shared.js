(() => {
  // Form whose questions not every role may see or answer: what others answered, and private answers that they gave.
  const form = document.getElementById('fill'), draft = form && form.draft;
  if (!draft) return;
  const {controls, now, words} = draft, field = name => controls(name)[0]?.closest('.field');
  form.addEventListener('taken', ({detail: {name, texts}}) => {
    // A private question that is empty again is everybody's.
    const note = field(name)?.querySelector('.given');
    if (note) {
      note.remove();
      for (const control of controls(name)) control.disabled = false;
    }
    // An answer that may only be read here.
    const place = [...form.querySelectorAll('[data-words]')].find(each => each.dataset.f === name);
    if (!place) return;
    const labels = JSON.parse(place.dataset.words);
    const said = text => labels[text] ?? (/^\d{4}-\d\d-\d\d$/.test(text)
      ? new Date(`${text}T00:00`).toLocaleDateString(document.documentElement.lang, {dateStyle: 'long'}) : text);
    place.lastElementChild.textContent = texts.map(said).join(', ') || labels[''];
  });
  form.addEventListener('given', ({detail: name}) => {
    // Another person has given this private answer, so what was typed here is not kept.
    const place = field(name);
    if (!place || place.querySelector('.given')) return;
    draft.show(name, '[]');
    for (const control of controls(name)) control.disabled = true;
    const note = document.createElement('p');
    note.className = 'given';
    note.setAttribute('role', 'status');
    place.append(note);
    note.textContent = words.given;
    draft.keep();
  });
})();
