(() => {
  // A customer's end of a call. It says what the server said and nothing more.
  const root = document.getElementById('live');
  if (!root || !root.live) return;
  const words = root.dataset, line = root.querySelector('.call');
  const form = root.querySelector('.write'), leave = root.querySelector('.leave'), again = root.querySelector('.again');
  const reception = document.getElementById('reception');
  let call = 0;
  const clock = at => new Date(at).toLocaleString(document.documentElement.lang,
    {weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit'});

  const fill = (text, values) => Object.entries(values).reduce((all, [name, value]) => all.replace(`{${name}}`, value), text);
  root.addEventListener('room', ({detail: room}) => {
    if (!root.call.current(room)) return;
    if (room.call > call && call) root.call.clear();
    call = room.call;
    if (reception) reception.hidden = true;
    root.call.other = room.name || words.somebody;
    root.call.talk(room.state === 'joined' ? `${room.call} ${room.agent} ${room.transfers || 0}` : '');
    if (room.state === 'joined') line.textContent = fill(words.joined, {who: root.call.other});
    else if (room.state === 'ended') line.textContent = words.ended;
    else if (room.desk === 'closed') line.textContent = room.opens ? words.closed.replace('{time}', clock(room.opens)) : words.shut;
    else if (!room.staffed) line.textContent = words.unstaffed;
    else line.textContent = room.position ? fill(words.position, {number: room.position}) : words.waiting;
    const on = room.state !== 'ended';
    form.hidden = leave.hidden = !on;
    again.hidden = on;
  });
  leave.addEventListener('click', () => {
    root.live.send({t: 'leave'});
    line.textContent = words.ended;
    root.call.talk('');
    form.hidden = leave.hidden = true;
    again.hidden = false;
  });
  again.addEventListener('click', () => {
    if (root.live.send({t: 'wait', id: crypto.randomUUID()}) === false) location.reload();
  });
})();
