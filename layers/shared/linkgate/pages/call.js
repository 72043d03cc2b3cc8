(() => {
  // Writing in a call: what was written is shown when the server has it, and what was not sent stays in the box. What
  // is being written is shown at the other side letter by letter. Screen readers hear it when its writer pauses.
  const root = document.getElementById('live');
  if (!root || !root.live) return;
  const words = root.dataset, mine = words.side;
  const lines = root.querySelector('.lines'), form = root.querySelector('.write'), state = root.querySelector('.unsent');
  const box = form.querySelector('textarea'), writing = root.querySelector('.writing'), shows = form.querySelector('.shows');
  const shown = new Set();
  let pending = null, late, talk = '', count = 0, last = 0, soon, heard = 0, told = '', pause;

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
    if (line.by !== mine) theirs('');
    if (pending && pending.id === line.id) {
      clearTimeout(late);
      pending = null;
      state.textContent = box.value = '';
      box.readOnly = false;
      pass();
    }
  };
  const theirs = line => {
    const who = words.writing.replace('{who}', root.call.other);
    clearTimeout(pause);
    writing.textContent = line && who.replace('{text}', () => line);
    if (!line.startsWith(told)) told = '';
    if (line.slice(told.length).trim()) pause = setTimeout(() => {
      root.live.say(who.replace('{text}', () => line.slice(told.length)));
      told = line;
    }, 2000);
  };
  const pass = () => {
    clearTimeout(soon);
    if (!talk) return;
    const frame = {t: 'live', line: shows.checked ? box.value.slice(0, 2000) : '', k: Math.max(count + 1, Date.now())};
    if (!root.media || !root.media.write(frame)) {
      const wait = last + 400 - Date.now();
      if (wait > 0) { soon = setTimeout(pass, wait); return; }
      last = Date.now();
      root.live.send(frame);
    }
    count = frame.k;
  };
  box.addEventListener('input', pass);
  shows.addEventListener('change', pass);
  root.addEventListener('live', ({detail: {line, k}}) => {
    // Frames may overtake each other.
    if (!talk || !(k > heard)) return;
    heard = k;
    theirs(line.slice(0, 2000));
  });
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
  // Whether the other end can be reached. Whatever comes from it says that it can.
  root.addEventListener('side', ({detail: {here}}) => { if (talk) root.call.away(!here); });
  for (const sign of ['live', 'sdp', 'ice', 'media']) root.addEventListener(sign, () => { if (talk) root.call.away(false); });
  // A message may overtake another. Within a call, who waits is joined, perhaps put through, and at last the call ends.
  const stages = ['waiting', 'transferred', 'joined', 'ended'], newest = {};
  root.call = {
    other: words.somebody,
    current: room => {
      const order = room.call * 1e6 + (room.transfers || 0) * 10 + stages.indexOf(room.state);
      if (order < newest[room.rid]) return false;
      newest[room.rid] = order;
      return true;
    },
    away: () => {},
    clear: () => { shown.clear(); lines.replaceChildren(); },
    // A talk is with one person. Nothing of it is shown to the next.
    talk: key => {
      shows.parentElement.hidden = !key;
      if (key === talk) return;
      clearTimeout(soon);
      talk = key;
      heard = 0;
      told = '';
      theirs('');
    },
  };
})();
