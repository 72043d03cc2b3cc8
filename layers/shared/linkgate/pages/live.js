(() => {
  // Channel of a page to its room. Other scripts send with `root.live` and listen to the events of `root`.
  const root = document.getElementById('live');
  if (!root || !window.WebSocket) return;
  const words = root.dataset, at = words.tickets || `/v/${words.rid}/live`;
  const line = root.querySelector('.state'), list = root.querySelector('.people'), spoken = root.querySelector('.spoken');
  const here = root.querySelector('.here');
  const colours = ['#0a4bb3', '#8a3ffc', '#1a6b34', '#9f1853', '#8e4a00', '#005d5d'];
  const waiting = new Map();
  let socket = null, me = '', people = [], parts = [], tries = 0, number = 0, over = false, retry, beats, answered = true;
  let blocked = 0, brief = 0, polling = false, after = '0', fetching, round = 0, tried = 0, hidden = 0;
  const known = new Set();

  const tell = (name, detail) => root.dispatchEvent(new CustomEvent(name, {detail}));
  const taken = {};
  const colour = who => colours[(taken[who] ??= Object.keys(taken).length) % colours.length];
  const label = who => {
    const person = people.find(each => each.who === who);
    if (!person) return words.somebody;
    const same = people.filter(each => each.role === person.role && !each.desk === !person.desk);
    const place = same.indexOf(person) + 1;
    const name = person.role || (person.desk ? words.desk : words.recipient);
    return place > 1 ? `${name} ${place}` : name;
  };
  const others = () => people.filter(person => person.who !== me && person.state === 'here');

  // Screen readers hear the newest of what happened, at most every five seconds.
  let next = 0, pending = '', speaking;
  const say = text => {
    pending = text;
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      next = Date.now() + 5000;
      spoken.textContent = pending;
    }, Math.max(100, next - Date.now()));
  };

  const meet = now => {
    const before = new Map(people.map(person => [person.who, person.state]));
    const gone = people.filter(person => !now.some(each => each.who === person.who)).map(person => label(person.who));
    people = now;
    list.replaceChildren(...people.map(person => {
      const item = document.createElement('li'), dot = document.createElement('span');
      dot.className = 'dot';
      dot.style.background = colour(person.who);
      const name = label(person.who);
      const text = person.who === me ? words.you : person.state === 'away' ? words.away : '{who}';
      item.append(dot, text.replace('{who}', name));
      if (person.state === 'away') item.className = 'away';
      return item;
    }));
    line.textContent = others().length ? '' : words.alone;
    for (const person of people) {
      if (words.came && person.who !== me && before.size && before.get(person.who) !== 'here' && person.state === 'here') {
        say(words.came.replace('{who}', label(person.who)));
      }
    }
    if (words.left && gone.length) say(words.left.replace('{who}', gone[0]));
    tell('people', people);
  };

  const frames = {
    state: frame => {
      parts = frame.k === 1 ? [frame] : [...parts, frame];
      if (frame.k === 1) me = frame.me;
      if (parts.length < frame.of) return;
      tries = 0;
      meet(parts.find(part => part.people)?.people ?? []);
      tell('state', parts.flatMap(part => part.fields ?? []));
      tell('groups', parts.flatMap(part => part.groups ?? []));
    },
    people: frame => meet(frame.people),
    pulse: frame => { meet(frame.people); if (frame.room) take(frame.room); },
    bye: frame => {
      if (frame.why === 'elsewhere') {
        over = true;
        tell('elsewhere');
        line.textContent = words.elsewhere;
        list.replaceChildren();
        here.hidden = false;
      } else if (frame.why !== 'visit-ended') {
        over = true;
        tell('end', frame.why);
        if (!['left', 'abuse', 'budget'].includes(frame.why)) location.replace(at.slice(0, -'/live'.length));
      }
    },
  };

  const take = frame => {
    waiting.get(frame.id)?.(frame);
    waiting.delete(frame.id);
    if (frames[frame.t]) frames[frame.t](frame);
    else if (frame.t) tell(frame.t, frame);
  };

  // Where the network blocks sockets, messages are posted, and fetched every two seconds, or five while nobody is there.
  // With `anew`, this page takes over, so an earlier message that another connection did is no news.
  const exchange = async (frame, anew = false) => {
    const body = frame && JSON.stringify(frame);
    const headers = {accept: 'application/json', ...(body ? {'content-type': 'application/json'} : {})};
    const reply = await fetch(`${at}/messages?after=${after}`, {method: body ? 'POST' : 'GET', headers, body});
    if (reply.status === 410 || reply.status === 409 || reply.status === 423) return frames.bye({why: 'ended'});
    if (!reply.ok) throw new Error(reply.status);
    const got = await reply.json();
    if (!polling) return; // a socket opened meanwhile, and its state has all of this
    after = got.after;
    for (const {key, message} of got.messages) {
      if (known.has(key)) continue;
      known.add(key);
      if (!anew || message.t !== 'bye') take(message);
    }
  };
  const poll = async () => {
    clearTimeout(fetching);
    const mine = round += 1;
    try { if (!document.hidden) await exchange(); } catch { line.textContent = words.lost; }
    if (mine === round && polling && !over) fetching = setTimeout(poll, others().length ? 2000 : 5000);
  };
  const fall = async () => {
    polling = true;
    root.hidden = false;
    here.hidden = true;
    try { await exchange({t: 'hello', ...root.live.greeting}, true); } catch { polling = false; return lose(); }
    if (!polling || over) return;
    clearInterval(beats);
    beats = setInterval(() => exchange({t: 'beat'}).catch(() => {}), 60000);
    clearTimeout(retry);
    retry = setTimeout(connect, 300000); // the network may have changed
    poll();
  };

  const lose = () => {
    clearInterval(beats);
    socket = null;
    if (over) return;
    // A socket that did not open while polling may have taken the presence with it: polling says hello again.
    if (polling || blocked >= 2 || brief >= 3) {
      blocked = brief = 0;
      fall();
      return;
    }
    tell('lost');
    if (tries) line.textContent = words.lost;
    clearTimeout(retry);
    retry = setTimeout(connect, Math.min(30000, 500 * 2 ** tries) * (0.75 + Math.random() / 2));
    tries += 1;
  };
  // The gateway ends a connection after two hours. The next one opens before the old one closes.
  const again = () => { retry = setTimeout(connect, 60000, true); };
  async function connect(renews = false) {
    clearTimeout(retry);
    const older = renews ? socket : null;
    if ((socket && !older) || over) return;
    tried = Date.now();
    try {
      const reply = await fetch(at, {method: 'POST', headers: {accept: 'application/json'}});
      // A visit that is over, a link that has ended or a page without a channel: the page works as without one.
      if (!polling && !older && reply.status >= 400 && reply.status < 429) { root.hidden = true; return; }
      if (!reply.ok) return older && socket ? again() : lose();
      const {url, ticket, protocol} = await reply.json();
      if (socket !== older || over) return;
      const mine = new WebSocket(url, [protocol, `ticket.${ticket}`]);
      socket ??= mine;
      let since = 0;
      const late = setTimeout(() => mine.close(), 8000);
      mine.onopen = () => {
        clearTimeout(late);
        since = Date.now();
        socket = mine;
        if (older) setTimeout(() => older.close(), 5000); // answers may still come over it
        blocked = 0;
        polling = false;
        clearTimeout(fetching);
        clearInterval(beats);
        root.hidden = false;
        here.hidden = true;
        mine.send(JSON.stringify({t: 'hello', ...root.live.greeting}));
        answered = true;
        beats = setInterval(() => {
          if (!answered) return mine.close();
          answered = false;
          mine.send(JSON.stringify({t: 'beat'}));
        }, 60000);
        setTimeout(() => { if (socket === mine) connect(true); }, (105 + 10 * Math.random()) * 60000);
      };
      mine.onmessage = ({data}) => {
        const frame = JSON.parse(data);
        answered = true;
        if (socket === mine || frame.t !== 'bye') take(frame);
      };
      mine.onclose = () => {
        clearTimeout(late);
        if (!since) blocked += 1;
        else brief = Date.now() - since < 2000 ? brief + 1 : 0;
        if (socket === mine) lose();
        else if (older && !since && socket === older) again();
      };
    } catch { if (older && socket) again(); else lose(); }
  }
  const send = frame => {
    if (over) return false;
    if (polling) {
      exchange(frame).catch(() => {});
      return true;
    }
    if (!socket || socket.readyState !== 1) return false;
    socket.send(JSON.stringify(frame));
    return true;
  };
  const ask = frame => {
    const id = String(number += 1);
    if (!send({...frame, id})) return null;
    return new Promise((done, fail) => {
      waiting.set(id, done);
      setTimeout(() => { if (waiting.delete(id)) fail(new Error('no answer')); }, 5000);
    });
  };
  // Phones freeze pages that are not shown. What came meanwhile may be lost, and the connection may be gone unnoticed.
  const resume = mine => {
    if (Date.now() - hidden < 10000 || mine.readyState !== 1) return;
    answered = false;
    mine.send(JSON.stringify({t: 'hello', ...root.live.greeting}));
    setTimeout(() => { if (!answered) mine.close(); }, 10000);
  };
  const hurry = () => {
    if (document.hidden) { hidden ||= Date.now(); return; }
    if (socket && hidden) resume(socket);
    hidden = 0;
    if (socket || over || (polling && Date.now() - tried < 30000)) return;
    tries = 0;
    connect();
  };
  const open = () => { over = false; tries = 0; connect(); };
  // `greeting` has further members of each hello. `locale` is the reader's own, such as en-GB, if it is of the page's language.
  const ours = document.documentElement.lang, locale = navigator.languages.find(known => known.startsWith(ours)) || ours;
  root.live = {send, ask, open, label, colour, others, say, words, locale, greeting: {}};
  here.addEventListener('click', open);
  addEventListener('online', hurry);
  document.addEventListener('visibilitychange', hurry);
  addEventListener('pageshow', event => { if (event.persisted) hurry(); });
  connect();
})();
