(() => {
  // Sends files of a form straight to the bucket. The answer is the file's id, which is saved like any other.
  const form = document.getElementById('fill'), words = document.getElementById('upload-words')?.dataset;
  if (!form || !words || !globalThis.crypto?.subtle) return;
  const base = form.action.replace(/[a-z]+$/, 'files'), pause = time => new Promise(done => setTimeout(done, time));
  const made = (tag, facts) => Object.assign(document.createElement(tag), facts);
  let sending = 0, lock;
  const post = (path, body) => fetch(base + path, {
    method: 'POST', body: JSON.stringify(body ?? {}), keepalive: true,
    headers: {'content-type': 'application/json', accept: 'application/json'},
  });
  const put = ({url, fields}, file, told) => new Promise((done, fail) => {
    const request = new XMLHttpRequest(), body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append('file', file);
    request.upload.onprogress = event => told(Math.floor(100 * event.loaded / event.total));
    request.onload = () => request.status < 300 ? done() : fail(request.status);
    // Safari tells of a lost connection as if somebody had cancelled.
    request.onerror = request.ontimeout = request.onabort = () => fail(0);
    request.open('POST', url);
    request.send(body);
  });
  const wake = async () => { try { lock = await navigator.wakeLock?.request('screen'); } catch {} };

  for (const place of form.querySelectorAll('[data-upload]')) {
    const {most, max, accept, ends} = JSON.parse(place.dataset.upload), field = place.closest('.field');
    const value = place.querySelector('input[type=hidden]'), list = place.querySelector('ul');
    const ways = place.querySelector('.senders');
    const line = made('p', {role: 'status'}), bar = made('progress', {max: 100, hidden: true});
    ways.before(line, bar);
    const ids = () => value.value.split(' ').filter(Boolean);
    const say = (textContent, wrong) => Object.assign(line, {textContent, className: wrong ? 'fault' : 'small'});
    const drop = id => set(ids().filter(each => each !== id));
    const set = next => {
      value.value = next.join(' ');
      value.dispatchEvent(new Event('input', {bubbles: true}));
      render();
    };
    const fill = (row, file) => {
      const kilobytes = `${Math.ceil(file.size / 1e3).toLocaleString(document.documentElement.lang)} kB`;
      const remove = {className: 'plain', type: 'button', value: `drop:${row.dataset.id}`, textContent: words.remove};
      row.replaceChildren(
        made('bdi', {textContent: file.name}), ' ', made('span', {textContent: kilobytes, className: 'small'}), ' ',
        made('button', {...remove, ariaLabel: `${words.remove} ${file.name}`}),
      );
    };
    const look = async id => (await (await fetch(base.replace(/files$/, 'fields'), {headers: {accept: 'application/json'}}))
      .json()).files.find(file => file.id === id);
    const render = () => {
      const kept = ids();
      for (const row of [...list.children]) if (!kept.includes(row.dataset.id)) row.remove();
      for (const id of kept.filter(id => ![...list.children].some(row => row.dataset.id === id))) {
        const row = list.appendChild(made('li'));
        row.dataset.id = id;
        if (known[id]) fill(row, known[id]);
        else look(id).then(file => fill(row, file), () => {});
      }
      ways.hidden = kept.length >= most;
    };
    const known = {};
    const check = async id => {
      // The check takes a moment. Whoever is still here learns at once that a file was refused.
      for (let time = 2000; time < 40000; time *= 2) {
        await pause(time);
        if (!ids().includes(id)) return;
        const {state} = await look(id).catch(() => ({}));
        if (state === 'infected' || state === 'failed') {
          drop(id);
          return say(words.refused, true);
        }
        if (state === 'clean' || state === 'unscanned') return;
      }
    };
    const send = async file => {
      const type = accept.includes(file.type) ? file.type : '';
      const fault = !type && !ends.includes(file.name.split('.').pop().toLowerCase()) ? 'wrong' : !file.size ? 'empty' : file.size > max ? 'large' : '';
      if (fault) return say(words[fault], true);
      field.querySelector('.fault:not(p)')?.remove();
      field.classList.remove('wrong');
      say(words.open);
      sending += 1;
      ways.hidden = true;
      Object.assign(bar, {hidden: false, value: 0, ariaLabel: file.name});
      await wake();
      try {
        let asked, turn = 0;
        for (;;) {
          try {
            if (!asked) {
              // A device may be unable to read it, such as a photo that is only in its owner's cloud.
              const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
              const sha256 = [...digest].map(byte => byte.toString(16).padStart(2, '0')).join('');
              const reply = await post('/new', {field: value.name, name: file.name, size: file.size, type, sha256});
              if (reply.status === 429) {
                await pause(1000 * (reply.headers.get('retry-after') ?? 5));
                continue;
              }
              if (!reply.ok) throw reply.status;
              asked = await reply.json();
            }
            await put(asked, file, percent => { bar.value = percent; });
            break;
          } catch (status) {
            if (turn === 2 || (status >= 400 && status < 500)) return say(status === 422 ? words.full : words.failed, true);
            await pause(1000 * ++turn);
          }
        }
        known[asked.id] = {name: file.name, size: file.size};
        set([...ids(), asked.id]);
        say(words.sent.replace('{name}', file.name));
        check(asked.id);
      } finally {
        sending -= 1;
        bar.hidden = true;
        ways.hidden = ids().length >= most;
        if (!sending) { lock?.release().catch(() => {}); lock = null; }
      }
    };
    place.addEventListener('click', event => {
      const button = event.target.closest('button');
      if (!button) return;
      event.preventDefault();
      if (button.value.startsWith('drop:')) {
        const id = button.value.slice(5);
        drop(id);
        post(`/${id}`, {as: 'remove'}).catch(() => {});
        say('');
        return ways.querySelector('button').focus();
      }
      const box = made('input', {type: 'file', accept, multiple: most > 1});
      if (button.dataset.way === 'camera') Object.assign(box, {accept: 'image/jpeg', multiple: false, capture: 'environment'});
      box.addEventListener('change', async () => {
        for (const file of box.files) ids().length >= most ? say(words.full, true) : await send(file);
      });
      box.click();
    });
    form.addEventListener('put', render);
  }
  addEventListener('beforeunload', event => { if (sending) event.preventDefault(); });
  document.addEventListener('visibilitychange', () => { if (sending && !document.hidden) wake(); });
})();
