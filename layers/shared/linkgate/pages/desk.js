(() => {
  // An agent's desk: on duty or not, who waits, and the call that goes on.
  const root = document.getElementById('live');
  if (!root || !root.live) return;
  const words = root.dataset, title = document.title;
  const duty = root.querySelector('.duty'), status = root.querySelector('.call'), list = root.querySelector('.waiting');
  const talk = root.querySelector('.talk'), facts = root.querySelector('.facts'), said = root.querySelector('.said');
  const queues = new Map(), told = {}, to = root.querySelector('.to');
  let on = false, pressed = 0, busy = '', sound = null, number = 0;

  const ring = () => {
    if (!sound) return;
    for (const start of [0, .4]) {
      const tone = sound.createOscillator(), volume = sound.createGain();
      tone.frequency.value = 660;
      volume.gain.value = .15;
      tone.connect(volume).connect(sound.destination);
      tone.start(sound.currentTime + start);
      tone.stop(sound.currentTime + start + .25);
    }
  };
  const notify = () => {
    if (!document.hidden || !window.Notification || Notification.permission !== 'granted') return;
    try {
      const shown = new Notification(words.notice, {tag: 'linkgate'});
      shown.onclick = () => { focus(); shown.close(); };
    } catch {} // phones have them from service workers only
  };
  const show = () => {
    const all = [...queues.values()].flat().sort((one, other) => one.since - other.since);
    const waiting = on ? [...new Map(all.map(each => [each.rid, each])).values()] : [];
    duty.textContent = on ? words.off : words.on;
    duty.setAttribute('aria-pressed', String(on));
    list.replaceChildren(...waiting.map(each => {
      const item = document.createElement('li'), accept = document.createElement('button'), who = document.createElement('p');
      const since = new Date(each.since).toLocaleTimeString(root.live.locale, {hour: '2-digit', minute: '2-digit'});
      who.textContent = words.caller.replace('{who}', each.who || words.somebody).replace('{subject}', each.subject)
        .replace('{time}', since);
      accept.type = 'button';
      accept.textContent = words.accept;
      accept.disabled = Boolean(busy);
      accept.addEventListener('click', () => root.live.send({t: 'accept', rid: each.rid}));
      item.append(who, accept);
      return item;
    }));
    list.hidden = Boolean(busy);
    status.textContent = !on ? words.offduty : busy ? '' : waiting.length ? '' : words.nobody;
    document.title = waiting.length && !busy ? `(${waiting.length}) ${title}` : title;
    if (waiting.length > number && !busy) {
      ring();
      notify();
      root.live.say(words.rings.replace('{who}', waiting.at(-1).who || words.somebody));
    }
    number = waiting.length;
  };
  root.addEventListener('queue', ({detail}) => {
    if (detail.at < told[detail.queue]) return; // a newer one has overtaken it
    told[detail.queue] = detail.at;
    queues.set(detail.queue, detail.waiting);
    show();
  });
  // With a socket, who waits is shown above and is never old.
  root.addEventListener('duty', ({detail}) => {
    document.getElementById('line')?.remove();
    if (Date.now() - pressed < 10000) return; // the press was answered before what the connection began with
    on = detail.on;
    if (!on) queues.clear();
    show();
  });
  root.addEventListener('taken', ({detail}) => {
    said.textContent = words[`why_${detail.why}`] || words.why_again;
    show();
  });
  let gone = false;
  root.call.away = away => {
    if (away === gone || !busy) return;
    gone = away;
    said.textContent = gone ? words.gone.replace('{who}', root.call.other) : '';
  };
  root.addEventListener('room', ({detail: room}) => {
    const key = `${room.rid} ${room.call}`;
    if (!root.call.current(room) || (room.state !== 'joined' && busy && busy !== key)) return;
    if (room.state === 'joined') {
      if (busy !== key) {
        root.call.clear();
        gone = false;
        known.clear();
        noted.replaceChildren();
        note = null;
        unkept.textContent = box.value = '';
      }
      busy = key;
      root.call.other = room.who || words.somebody;
      if (to && room.to) to.replaceChildren(to.options[0], ...room.to.map(each =>
        new Option(each.busy ? words.busy.replace('{who}', each.name) : each.name, each.to)));
      facts.textContent = [room.who, room.subject, room.phone].filter(Boolean).join(', ');
      if (!gone) said.textContent = '';
    } else {
      if (busy) said.textContent = room.state === 'transferred' ? words.transferred : words.ended;
      busy = '';
    }
    root.call.talk(busy);
    talk.hidden = !busy;
    show();
  });
  // Notes of this call, which only agents see. What is not kept yet stays in the box.
  const noted = root.querySelector('.noted'), form = root.querySelector('.notes form'), box = form.querySelector('textarea');
  const unkept = form.querySelector('.fault'), known = new Set();
  let note = null, late;
  const missed = () => { unkept.textContent = words.unsent; box.readOnly = false; };
  root.addEventListener('note', ({detail}) => detail.lines.forEach(line => {
    if (known.has(line.id)) return;
    known.add(line.id);
    const item = document.createElement('li');
    item.textContent = line.text;
    noted.append(item);
    if (!note || note.id !== line.id) return;
    clearTimeout(late);
    note = null;
    unkept.textContent = box.value = '';
    box.readOnly = false;
  }));
  form.addEventListener('submit', event => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    if (!note || note.text !== text) note = {id: crypto.randomUUID(), text};
    box.readOnly = true;
    unkept.textContent = '';
    clearTimeout(late);
    if (root.live.send({t: 'note', ...note}) === false) return missed();
    late = setTimeout(missed, 5000);
  });
  root.addEventListener('lost', () => { status.textContent = words.lost; });
  duty.addEventListener('click', async () => {
    // Browsers let a page make sounds only after a press.
    sound ??= window.AudioContext ? new AudioContext() : null;
    if (!on && window.Notification && Notification.permission === 'default') Notification.requestPermission();
    try {
      const reply = await root.live.ask({t: 'duty', on: !on});
      if (reply && reply.t === 'ok') { on = reply.on; pressed = Date.now(); }
      if (!on) queues.clear();
      show();
      if (!reply) status.textContent = words.lost;
    } catch { status.textContent = words.lost; }
  });
  root.querySelector('.end').addEventListener('click', () => root.live.send({t: 'end'}));
  if (to) to.addEventListener('change', async () => {
    const chosen = to.value;
    to.value = '';
    if (!chosen) return;
    const reply = await root.live.ask({t: 'transfer', to: chosen})?.catch(() => null);
    if (!reply || reply.t === 'no') said.textContent = words.not_there;
  });
  show();
})();
