"""Only script of the pages. Pages work without it. It removes the secret from the address bar and saves drafts."""

SCRIPT = """
(() => {
  const page = document, open = page.getElementById('open'), fill = page.getElementById('fill');
  if (open) {
    const paste = page.getElementById('paste');
    const take = () => {
      const key = /^#([\\w-]{22}(?:&score=\\d{1,2})?)(?![\\w-])/.exec(location.hash);
      if (!key) return;
      open.elements.secret.value = key[1];
      paste.hidden = true;
      history.replaceState(null, '', location.pathname);
    };
    take();
    addEventListener('hashchange', take);
  } else addEventListener('hashchange', () => {
    // Another link was opened here, unless it is a fault that leads to its field, or the way back from there.
    const to = location.hash.slice(1);
    if (to && !page.getElementById(to)) location.reload();
  });
  const here = page.body.dataset.here;
  if (here) history.replaceState(null, '', here);
  const ours = page.documentElement.lang, theirs = navigator.languages.find(known => known.startsWith(ours));
  for (const time of page.querySelectorAll('time')) time.textContent =
    new Date(time.dateTime).toLocaleString(theirs || ours, {dateStyle: 'long', timeStyle: 'short'});
  const first = page.getElementById('errors');
  if (first) first.focus();
  for (const form of page.forms) {
    let sent = false;
    form.addEventListener('submit', event => {
      if (sent) event.preventDefault();
      else setTimeout(() => { sent = false; }, 10000);  // a press that was stopped on its way may be repeated
      sent = true;
    });
    addEventListener('pageshow', () => { sent = false; });
  }
  const state = page.getElementById('autosaved');
  if (fill && state) {
    let timer;
    const save = () => fetch(fill.action.replace(/submit$/, 'draft'), {
      method: 'POST', headers: {accept: 'application/json'}, body: new URLSearchParams(new FormData(fill)),
    }).then(reply => { if (reply.ok) state.textContent = state.dataset.done; }, () => {});
    page.getElementById('autosave').hidden = false;
    fill.addEventListener('input', () => {
      state.textContent = '';
      clearTimeout(timer);
      timer = setTimeout(save, 2000);
    });
    fill.addEventListener('submit', () => clearTimeout(timer));
  }
})();
"""
