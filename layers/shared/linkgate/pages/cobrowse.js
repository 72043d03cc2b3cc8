(() => {
  // Form that several people fill in: what the others type, where they are, and what they wrote.
  const root = document.getElementById('live'), form = document.getElementById('fill');
  const live = root && root.live, draft = form && form.draft;
  if (!live || !draft) return;
  const {words} = live, follow = root.querySelector('input'), calm = matchMedia('(prefers-reduced-motion: reduce)');
  const place = name => draft.controls(name)[0]?.closest('.field') ?? form.querySelector(`[data-f="${CSS.escape(name)}"]`);
  const title = name => {
    const found = place(name)?.querySelector('label, legend, .label');
    return found ? found.textContent.replace(/\s*\*$/, '').trim() : '';
  };

  let last = '';
  // Who is where: a label at the field, in the person's colour and in words.
  const marks = {}, typists = {};
  const mark = (who, name, text) => {
    marks[who]?.remove();
    delete marks[who];
    const field = name && place(name);
    if (!field) return;
    const tag = document.createElement('span');
    tag.className = 'who';
    tag.style.background = live.colour(who);
    tag.textContent = text.replace('{who}', live.label(who));
    marks[who] = tag;
    field.prepend(tag);
  };
  const lock = (name, locked) => {
    const given = Boolean(place(name)?.querySelector('.given'));
    for (const control of draft.controls(name)) {
      if (control.type === 'radio' || control.type === 'checkbox' || control.options) control.disabled = locked || given;
      else control.readOnly = locked;
    }
  };
  const still = (name, keep) => {
    const typist = typists[name];
    if (!typist) return;
    clearTimeout(typist.quiet);
    clearTimeout(typist.late);
    delete typists[name];
    lock(name, false);
    if (!keep) draft.show(name, typist.before);
  };
  // Who is in another step of the form: a link to it, behind their name.
  const steps = JSON.parse(words.steps ?? '[]'), where = {};
  let people = [], met = '';
  const find = () => people.forEach(({who}, number) => {
    const item = root.querySelector('.people').children[number], [step, title] = where[who]?.step ?? [];
    item.querySelector('a')?.remove();
    if (step) item.append(' ', Object.assign(document.createElement('a'), {href: `?s=${step}`, textContent: words.step.replace('{step}', () => title)}));
  });
  const show = () => {
    const first = last || draft.names.find(place);
    if (steps.length && first && live.others().length) live.send({t: 'view', s: first});
  };
  const note = (who, name) => {
    const within = names => names.some(each => name === each || name.startsWith(`${each}/`));
    const before = where[who], step = place(name) ? null : steps.find(each => within(each[2]));
    where[who] = {name, step};
    find();
    // Whoever comes to another step learns in which this page is.
    if (!before || before.step?.[0] !== step?.[0]) show();
  };
  root.addEventListener('people', ({detail}) => {
    people = detail;
    // Where somebody is who comes back, perhaps to the review, is not known before they tell.
    for (const {who, state} of people) if (state === 'away') delete where[who];
    find();
    const now = live.others().map(({who}) => who).join();
    if (now && now !== met) show();
    met = now;
  });
  root.addEventListener('typing', ({detail: {who, f, x}}) => {
    if (steps.length) note(who, f);
    const field = place(f);
    if (!draft.seen[f] || !field || draft.changed(f) || field.contains(document.activeElement)) {
      if (field) mark(who, f, words.typing);
      return;
    }
    const typist = typists[f] ??= {before: draft.now(f)};
    clearTimeout(typist.quiet);
    clearTimeout(typist.late);
    mark(who, f, words.typing);
    lock(f, true);
    if (x) draft.show(f, JSON.stringify(x));
    // It ends by itself, so nobody who vanishes locks a field, and what was never saved is not left on the screen.
    typist.quiet = setTimeout(() => { lock(f, false); mark(who, f, words.at); }, 3000);
    typist.late = setTimeout(() => still(f, false), 12000);
  });
  root.addEventListener('focus', ({detail: {who, f}}) => { if (steps.length && f) note(who, f); mark(who, f, words.at); });
  root.addEventListener('people', ({detail}) => {
    for (const who of Object.keys(marks)) if (!detail.some(each => each.who === who && each.state === 'here')) mark(who);
  });

  // While somebody sends the form, nobody writes what would be too late for it. It ends by itself: the form may be refused.
  let sent;
  const halted = document.createElement('p');
  root.append(halted);
  root.addEventListener('sending', ({detail: {who}}) => {
    clearTimeout(sent);
    halted.textContent = words.sending.replace('{who}', live.label(who));
    live.say(halted.textContent);
    draft.names.forEach(name => lock(name, true));
    sent = setTimeout(() => {
      halted.textContent = '';
      draft.names.forEach(name => lock(name, name in typists));
    }, 10000);
  });
  form.addEventListener('submit', ({submitter}) => {
    if (!submitter?.hasAttribute('formaction') && live.others().length) live.send({t: 'sending'});
  });

  const receive = (answer, who) => {
    const name = answer.f;
    if (typists[name]) still(name, JSON.stringify(answer.t) === draft.now(name));
    if (!draft.receive(answer, who ? words.clash.replace('{who}', who) : undefined)) return;
    if (who) live.say(words.changed.replace('{who}', who).replace('{field}', title(name)));
  };
  root.addEventListener('set', ({detail: {who, fields, given, groups}}) => {
    draft.tell('groups', groups);
    for (const answer of fields) receive(answer, live.label(who));
    for (const name of given ?? []) {
      draft.tell('given', name);
      live.say(words.changed.replace('{who}', live.label(who)).replace('{field}', title(name)));
    }
  });
  root.addEventListener('state', ({detail}) => detail.forEach(answer => receive(answer)));
  root.addEventListener('groups', ({detail}) => draft.tell('groups', detail));
  root.addEventListener('end', draft.leave);

  // Answers go over the channel while it is open, so that the others get them at once.
  draft.via = rows => {
    const set = rows.map(row => ({f: row.name, t: JSON.parse(row.text), base: row.base}));
    const size = JSON.stringify(set).length;
    const asked = size < 6000 ? live.ask({t: 'set', set, lang: form.elements.lang?.value}) : null;
    return asked && asked.then(answer => ({
      ok: answer.t === 'ok',
      status: {unavailable: 503, 'too-many-requests': 429, internal: 500, invalid: 422, 'visit-ended': 401}[answer.code] ?? 410,
      json: () => answer,
    }));
  };

  const told = {};
  let moved = 0, followed = 0;
  form.addEventListener('input', ({target}) => {
    const name = target.name;
    // A text that fits into no message is shown once it is saved.
    if (!draft.seen[name] || !live.others().length || draft.now(name).length > 6000) return;
    if (told[name]) { told[name].again = true; return; }
    const tell = () => {
      told[name] = {again: false};
      live.send({t: 'typing', f: name, x: JSON.parse(draft.now(name))});
      setTimeout(() => {
        const {again} = told[name];
        delete told[name];
        if (again) tell();
      }, 350);
    };
    tell();
  });
  let leaving;
  form.addEventListener('focusin', ({target}) => {
    clearTimeout(leaving);
    if (draft.seen[target.name] && live.others().length) live.send({t: 'focus', f: target.name});
  });
  form.addEventListener('focusout', () => {
    clearTimeout(leaving);
    leaving = setTimeout(() => { if (live.others().length) live.send({t: 'focus'}); }, 300);
  });

  // The others follow where somebody scrolls, unless they do not want to. The focus never moves.
  for (const act of ['wheel', 'touchmove', 'keydown', 'pointerdown']) {
    addEventListener(act, () => { moved = Date.now(); }, {passive: true});
  }
  let settling;
  addEventListener('scroll', () => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      const now = Date.now();
      if (!live.others().length || now - moved > 3000 || now - followed < 1500) return;
      const name = draft.names.find(each => (place(each)?.getBoundingClientRect().top ?? -1) >= 0);
      if (name && name !== last) live.send({t: 'view', s: last = name});
    }, 400);
  }, {passive: true});
  root.addEventListener('view', ({detail: {who, s}}) => {
    const field = place(s), before = where[who];
    if (steps.length) note(who, s);
    // Where somebody comes to is no reason to scroll. Where they go on from there is.
    if (!follow.checked || !field || (steps.length && (!before || before.step || before.name === s))) return;
    followed = Date.now();
    last = s;
    field.scrollIntoView({block: 'start', behavior: calm.matches ? 'auto' : 'smooth'});
  });
  const kept = 'lg-follow';
  try { follow.checked = sessionStorage.getItem(kept) !== 'no'; } catch {}
  follow.addEventListener('change', () => {
    try { sessionStorage.setItem(kept, follow.checked ? 'yes' : 'no'); } catch {}
  });
})();
