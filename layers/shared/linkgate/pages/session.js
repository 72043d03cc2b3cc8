(() => {
  // A customer's end of a call. It says what the server said and nothing more.
  const root = document.getElementById('live');
  if (!root || !root.live) return;
  const words = root.dataset, line = root.querySelector('.call');
  const form = root.querySelector('.write'), leave = root.querySelector('.leave'), again = root.querySelector('.again');
  const reception = document.getElementById('reception');
  const asking = document.getElementById('asking');
  let call = 0, state = '', agent = '', gone = false, touched = false, wanted = false, left = false, parting = false, idle;
  const clock = at => new Date(at).toLocaleString(root.live.locale,
    {weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit'});

  // Robots that read messages open pages, too. So nobody is rung before a person pressed Continue in this tab or touches
  // the page, and a page that nobody touches stops waiting.
  const pressed = () => { try { return sessionStorage.getItem(`lp-${words.rid}`) === '1'; } catch { return false; } };
  const ask = text => {
    line.textContent = text;
    again.textContent = words.start;
    if (reception) reception.hidden = true;
    form.hidden = leave.hidden = true;
    again.hidden = false;
  };
  const touch = event => {
    // A page that appears below a resting pointer gets an event, too.
    if (!event.isTrusted || touched || (event.type === 'pointermove' && !event.movementX && !event.movementY)) return;
    touched = true;
    clearTimeout(idle);
    if (root.live.greeting.wait !== false) return;
    root.live.greeting = {};
    root.live.send({t: 'hello'});
  };
  for (const act of ['pointerdown', 'pointermove', 'keydown', 'click']) addEventListener(act, touch, {capture: true, passive: true});
  if (!pressed()) {
    root.live.greeting = {wait: false};
    root.addEventListener('state', () => { if (!call && root.live.greeting.wait === false) ask(words.press); });
  }
  idle = setTimeout(() => {
    if (!call || root.live.greeting.wait === false || state !== 'waiting') return;
    root.live.send({t: 'leave'});
    left = true;
    ask(words.idle);
  }, 300000);

  const fill = (text, values) => Object.entries(values).reduce((all, [name, value]) => all.replace(`{${name}}`, value), text);
  root.addEventListener('room', ({detail: room}) => {
    if (!root.call.current(room)) return;
    if (room.call > call && call) root.call.clear();
    call = room.call;
    state = room.state;
    if (reception) reception.hidden = true;
    root.call.other = room.name || words.somebody;
    gone &&= room.state === 'joined' && room.agent === agent;
    agent = room.agent;
    if (asking) asking.hidden = room.state === 'joined';
    // Who can only come back later is not asked for a camera now.
    root.classList.toggle('shut', room.state === 'waiting' && room.desk === 'closed');
    root.call.talk(room.state === 'joined' ? `${room.call} ${room.agent} ${room.transfers || 0}` : '');
    if (room.state === 'joined') line.textContent = fill(gone ? words.gone : words.joined, {who: root.call.other});
    else if (room.state === 'ended') line.textContent = left ? words.idle : words.ended;
    else if (room.desk === 'closed') line.textContent = room.opens ? words.closed.replace('{time}', clock(room.opens)) : words.shut;
    else if (!room.staffed) line.textContent = words.unstaffed;
    else if (room.to) line.textContent = fill(words.put, {who: room.to});
    else line.textContent = room.position ? fill(words.position, {number: room.position}) : words.waiting;
    const on = room.state !== 'ended';
    form.hidden = leave.hidden = !on;
    again.hidden = on;
    if (!on) again.textContent = left ? words.start : words.again;
  });
  root.call.away = away => {
    if (away === gone || state !== 'joined') return;
    gone = away;
    line.textContent = fill(gone ? words.gone : words.joined, {who: root.call.other});
  };
  leave.addEventListener('click', () => {
    parting = !root.live.send({t: 'leave'});
    line.textContent = words.ended;
    root.call.talk('');
    form.hidden = leave.hidden = true;
    again.hidden = false;
  });
  const wait = () => root.live.send({t: 'wait', id: crypto.randomUUID()});
  again.addEventListener('click', () => {
    left = parting = false;
    if (wait()) return;
    wanted = true;
    root.live.open();
  });
  root.addEventListener('state', () => {
    // Who left while the connection was lost does not wait again once it is back.
    if (parting) parting = !root.live.send({t: 'leave'});
    if (wanted) wanted = !wait();
  });
})();
