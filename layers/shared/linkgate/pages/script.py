"""Script of every page. Pages work without it. It takes the secret from the address and keeps it out of the history."""

SCRIPT = """
(() => {
  const page = document, open = page.getElementById('open');
  if (open) {
    // The secret stays in the address until it is sent, so that a reload or another browser still has it.
    const paste = page.getElementById('paste'), kept = `lk-${location.pathname}`;
    const stored = () => { try { return sessionStorage.getItem(kept) ?? ''; } catch { return ''; } };
    const take = () => {
      let text = location.hash || `#${open.elements.secret.value || stored()}`;
      try { text = decodeURIComponent(text); } catch {}
      const key = /^[#/\\s]*([\\w-]{22})(?![\\w-]*[A-Za-z\\d])/.exec(text);
      if (!key) return;
      const score = /[?&](?:amp;)?(score=\\d{1,2})(?!\\d)/.exec(text);
      open.elements.secret.value = key[1] + (score ? `&${score[1]}` : '');
      paste.hidden = true;
    };
    take();
    addEventListener('hashchange', take);
    addEventListener('pageshow', take);
    open.addEventListener('submit', () => {
      try { if ('keep' in open.dataset) sessionStorage.setItem(kept, open.elements.secret.value); } catch {}
      history.replaceState(null, '', location.pathname);
    });
  } else addEventListener('hashchange', () => {
    // Another link was opened here, unless it is a fault that leads to its field, or the way back from there.
    const to = location.hash.slice(1);
    if (to && !page.getElementById(to)) location.reload();
  });
  const sent = page.getElementById('receipt'), rid = location.pathname.split('/')[2];
  if (sent) { try { sessionStorage.removeItem(`lg-${rid}`); sessionStorage.removeItem(`lk-/l/${rid}`); } catch {} }
  const here = page.body.dataset.here;
  const carried = open?.elements.secret.value;
  if (here) history.replaceState(null, '', carried ? `${here}#${carried}` : here);
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
})();
"""
