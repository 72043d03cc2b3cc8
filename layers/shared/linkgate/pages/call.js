(() => {
  // Writing in a call: what was written is shown when the server has it, and what was not sent stays in the box.
  const root = document.getElementById('live');
  if (!root || !root.live) return;
  const words = root.dataset, mine = words.side;
  const lines = root.querySelector('.lines'), form = root.querySelector('.write'), state = root.querySelector('.unsent');
  const box = form.querySelector('textarea');
  const shown = new Set();
  let pending = null, late;

  const write = line => {
    if (shown.has(line.id)) return;
    shown.add(line.id);
    const item = document.createElement('li'), who = document.createElement('strong'), text = document.createElement('span');
    item.className = line.by === mine ? 'mine' : '';
    who.textContent = line.by === mine ? words.me : words.other.replace('{who}', root.call.other);
    text.textContent = line.text;
    item.append(who, text);
    lines.append(item);
    item.scrollIntoView({block: 'nearest'});
    if (pending && pending.id === line.id) {
      clearTimeout(late);
      pending = null;
      state.textContent = box.value = '';
      box.readOnly = false;
    }
  };
  const unsent = () => { state.textContent = words.unsent; box.readOnly = false; };
  form.addEventListener('submit', event => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    // A line that is sent again has the same id, so it is never there twice.
    if (!pending || pending.text !== text) pending = {id: crypto.randomUUID(), text};
    box.readOnly = true;
    state.textContent = '';
    clearTimeout(late);
    if (root.live.send({t: 'chat', ...pending}) === false) return unsent();
    late = setTimeout(unsent, 5000);
  });
  root.addEventListener('chat', ({detail}) => detail.lines.forEach(write));
  root.call = {other: words.somebody, clear: () => { shown.clear(); lines.replaceChildren(); }};
})();
