"""Script of forms, which saves answers as they are typed and says truthfully whether they are saved.

An answer that the server has not confirmed is also kept in the tab's `sessionStorage`, and nowhere else, since a
computer may be shared. The server compares versions, so an answer of somebody else is never overwritten unseen.
"""

FORM_SCRIPT = """
(() => {
  const form = document.getElementById('fill'), line = document.getElementById('save-state');
  if (!form || !line) return;
  const words = line.dataset, at = form.action.replace(/[a-z]+$/, 'fields'), kept = `lg-${form.elements.rid.value}`;
  const seen = JSON.parse(form.elements.seen.getAttribute('value')), names = Object.keys(seen);
  const controls = name => [...form.elements].filter(control => control.name === name);
  const texts = (name, value, ticked, chosen) => JSON.stringify(controls(name).flatMap(control =>
    control.type === 'radio' || control.type === 'checkbox' ? (control[ticked] ? [control.value] : [])
    : control.options ? [...control.options].filter(option => option[chosen]).map(option => option.value)
    : [control[value].replace(/\\r\\n/g, '\\n')]).filter(text => text.trim()));
  const now = name => texts(name, 'value', 'checked', 'selected');
  const put = (name, given) => {
    for (const control of controls(name)) {
      const {type, value} = control, none = !value && !given.length;
      if (type === 'radio' || type === 'checkbox') control.checked = none || given.includes(value);
      else control.value = given[0] ?? '';
    }
    form.dispatchEvent(new Event('put'));
  };
  const read = () => { try { return JSON.parse(sessionStorage.getItem(kept)) ?? {}; } catch { return {}; } };
  const saved = {}, clashes = {}, refused = {};
  let flying = null, over = false, failures = 0, first = 0, most = 50, timer, touched = false, leaving = false;

  const start = () => {
    // What the browser restored may be older than what is stored, so only what was kept here counts.
    const pending = read();
    for (const name of names) {
      const shown = texts(name, 'defaultValue', 'defaultChecked', 'defaultSelected');
      saved[name] = 'unsaved' in form.dataset ? null : shown;
      put(name, JSON.parse(shown));
      if (pending[name] && pending[name].t !== shown) {
        put(name, JSON.parse(pending[name].t));
        seen[name][0] = pending[name].n;
      }
    }
    if (open().length) plan();
  };
  const changed = () => names.filter(name => now(name) !== saved[name] && !clashes[name]);
  const open = () => changed().filter(name => now(name) !== refused[name]);
  const keep = () => {
    // What another step of the form has not saved yet stays.
    const pending = Object.fromEntries(Object.entries(read()).filter(([name]) => !(name in seen)));
    for (const name of names) if (now(name) !== saved[name]) pending[name] = {t: now(name), n: seen[name][0]};
    try {
      if (Object.keys(pending).length) sessionStorage.setItem(kept, JSON.stringify(pending));
      else sessionStorage.removeItem(kept);
    } catch {}
    form.elements.seen.value = JSON.stringify(seen);
  };
  const say = (state, time) => {
    // A page does not promise to save while it cannot.
    document.getElementById('save-promise').hidden = !['', 'saving', 'saved'].includes(state);
    line.textContent = (words[state] ?? '').replace('{time}', time ?? '');
  };
  const plan = pause => {
    first ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(save, pause ?? Math.max(0, Math.min(1500, first + 5000 - Date.now())));
  };
  const fail = state => {
    if (over) return;
    failures += 1;
    say(state);
    plan(Math.min(30000, 1000 * 2 ** failures) * (0.75 + Math.random() / 2));
  };
  const post = rows => {
    const lang = form.elements.lang?.value;
    const body = JSON.stringify({lang, set: rows.map(row => ({f: row.name, t: JSON.parse(row.text), base: row.base}))});
    const headers = {'content-type': 'application/json', accept: 'application/json'};
    return fetch(at, {method: 'POST', headers, body, keepalive: body.length < 60000});
  };
  // Where the page has a live channel, answers go over it while it is open.
  const send = rows => form.draft.via?.(rows) ?? post(rows);
  const rows = () => open().slice(0, most).map(name => ({
    name, text: now(name), base: seen[name][0] + (flying && flying.some(row => row.name === name) ? 1 : 0),
  }));
  const settle = (row, answer) => {
    if (answer.ok) {
      seen[row.name][0] = answer.n;
      saved[row.name] = row.text;
    } else if (answer.t) clash(row.name, answer);
    else if (answer.given) tell('given', row.name);
    else if (answer.gone) { clashes[row.name] = {remove: () => {}}; tell('gone', row.name); }
    else over = true;
  };
  const settled = async (reply, sent) => {
    const {fields, at: moment} = await reply.json();
    fields.forEach((answer, place) => settle(sent[place], answer));
    return new Date(moment).toLocaleTimeString([], {timeStyle: 'short'});
  };
  async function save() {
    clearTimeout(timer);
    if (flying || over) return;
    const sent = rows();
    first = 0;
    if (!sent.length) return;
    flying = sent;
    say('saving');
    try {
      const reply = await send(sent);
      if (reply.ok) {
        const time = await settled(reply, sent);
        failures = 0;
        flying = null;
        keep();
        if (over) say('over');
        else if (Object.keys(clashes).length) say('choose');
        else if (open().length) plan();
        else if (changed().length) say('long');
        else say('saved', time);
        return;
      }
      flying = null;
      if (reply.status === 429 || reply.status >= 500) return fail('retry');
      // Sent alone, an answer shows whether it is the one that is too long.
      if ([413, 422].includes(reply.status)) {
        if (most < 2) refused[sent[0].name] = sent[0].text;
        most = 1;
        say('long');
        return plan(0);
      }
      over = true;
      say('over');
    } catch {
      flying = null;
      fail(navigator.onLine ? 'retry' : 'offline');
    }
  }
  const flush = () => {
    keep();
    const last = over || leaving ? [] : rows();
    if (last.length) post(last).then(async reply => {
      if (!reply.ok || flying) return;
      const time = await settled(reply, last);
      keep();
      if (!open().length) say('saved', time);
    }, () => {});
  };
  const take = (name, answer) => {
    tell('taken', {name, texts: answer.t});
    put(name, answer.t);
    saved[name] = now(name);
    seen[name][0] = answer.n;
  };
  const clash = (name, answer, said = words.clash) => {
    const place = controls(name)[0]?.closest('.field');
    if (!place || now(name) === JSON.stringify(answer.t)) return take(name, answer);
    clashes[name]?.remove();
    const box = document.createElement('div'), text = document.createElement('p');
    box.className = 'box bad';
    box.setAttribute('role', 'alert');
    const shown = answer.t.map(text => controls(name).find(control => control.value === text && control.labels &&
      (control.type === 'radio' || control.type === 'checkbox'))?.labels[0]?.textContent ?? text).join(', ');
    text.textContent = said.replace('{value}', () => shown);
    box.append(text);
    const choose = (label, act) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'second';
      button.textContent = label;
      button.addEventListener('click', () => {
        act();
        box.remove();
        delete clashes[name];
        keep();
        controls(name)[0].focus();
        if (open().length) plan(0);
        else if (!Object.keys(clashes).length) say('');
      });
      box.append(button);
    };
    choose(words.mine, () => { seen[name][0] = answer.n; });
    choose(words.theirs, () => take(name, answer));
    clashes[name] = box;
    place.append(box);
  };
  const tell = (name, detail) => form.dispatchEvent(new CustomEvent(name, {detail}));
  const refresh = async () => {
    if (flying || over) return;
    try {
      const reply = await fetch(at, {headers: {accept: 'application/json'}});
      if (!reply.ok || flying) return;
      const {fields, groups} = await reply.json();
      fields.forEach(answer => receive(answer));
      tell('groups', groups);
    } catch {}
  };
  const receive = (answer, said) => {
    // An answer that is on its way learns from its own reply that another was faster.
    if (answer.given) tell('given', answer.f);
    const name = answer.f, sent = flying && flying.some(row => row.name === name);
    if (answer.given || !seen[name] || answer.n <= seen[name][0] || sent) return false;
    if (now(name) === saved[name]) take(name, answer);
    else clash(name, answer, said);
    keep();
    return true;
  };
  form.draft = {
    names, seen, now, controls, receive, tell, words,
    changed: name => now(name) !== saved[name],
    // What somebody else types is shown as if it were stored. Its answer follows.
    show: (name, text) => { put(name, JSON.parse(text)); saved[name] = now(name); },
    keep,
    leave: () => { leaving = true; },
  };

  for (const boxes of form.querySelectorAll('.boxes')) {
    const [whole, day, month, year] = boxes.querySelectorAll('input');
    const two = text => text.trim().replace(/^\\d$/, '0$&');
    boxes.addEventListener('input', () => {
      whole.value = day.value || month.value || year.value
        ? `${year.value.trim()}-${two(month.value)}-${two(day.value)}` : '';
    });
    form.addEventListener('put', () => {
      [year.value, month.value, day.value] = [...whole.value.split('-'), '', '', ''];
    });
  }
  start();
  document.getElementById('save-hint').hidden = false;
  form.addEventListener('input', () => {
    touched = true;
    keep();
    if (!flying && !over && !failures) say('');
    if (!failures) plan();
  });
  addEventListener('pageshow', event => {
    leaving = false;
    if (!event.persisted && !touched) start();
    if (event.persisted) refresh();
  });
  addEventListener('online', () => { failures = 0; if (open().length) plan(0); });
  addEventListener('pagehide', flush);
  document.addEventListener('visibilitychange', () => document.hidden ? flush() : refresh());
  addEventListener('beforeunload', event => { if (!leaving && changed().length) event.preventDefault(); });
  document.addEventListener('submit', async event => {
    if (event.target !== form) return;
    clearTimeout(timer);
    if (flying) {
      // The versions that the server is just writing must go along.
      event.preventDefault();
      event.stopPropagation();
      while (flying) await new Promise(done => setTimeout(done, 50));
      form.requestSubmit(event.submitter);
    } else {
      leaving = true;
      keep();
    }
  }, true);
})();
"""
