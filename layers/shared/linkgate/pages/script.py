"""Scripts of every page, of the landing page and of the page for a code. Pages work without them."""

SCRIPT = """
(() => {
  const page = document;
  if (!page.getElementById('open')) addEventListener('hashchange', () => {
    // Another link was opened here, unless it is a fault that leads to its field, or the way back from there.
    const to = location.hash.slice(1);
    if (to && !page.getElementById(to)) location.reload();
  });
  const sent = page.getElementById('receipt'), rid = location.pathname.split('/')[2];
  if (sent) { try { sessionStorage.removeItem(`lg-${rid}`); sessionStorage.removeItem(`lk-/l/${rid}`); } catch {} }
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
      // A press that was stopped on its way may be repeated, and what opened in another tab may be wanted again.
      else setTimeout(() => { sent = false; }, form.target ? 1000 : 10000);
      sent = true;
    });
    addEventListener('pageshow', () => { sent = false; });
  }
})();
"""

LANDING_SCRIPT = """
(() => {
  const page = document, open = page.getElementById('open');
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
    const row = score && open.querySelector(`[name=score][value="${score[1].slice(6)}"]`);
    if (row) row.checked = true;
  };
  take();
  const carried = open.elements.secret.value, here = page.body.dataset.here;
  if (here && carried) history.replaceState(null, '', `${here}#${carried}`);
  addEventListener('hashchange', take);
  addEventListener('pageshow', take);
  // The page of a call rings agents if a person pressed, and not a robot's script.
  let pressed = false;
  open.addEventListener('click', event => { pressed = event.isTrusted && 'call' in open.dataset; });
  open.addEventListener('submit', () => {
    try { if (pressed) sessionStorage.setItem(`lp-${location.pathname.slice(3)}`, '1'); } catch {}
    try { if ('keep' in open.dataset) sessionStorage.setItem(kept, open.elements.secret.value); } catch {}
    history.replaceState(null, '', location.pathname);
  });
})();
"""
"""Takes the secret from the address and keeps it out of the history."""

CODE_SCRIPT = """
(() => {
  const page = document;
  const left = page.querySelector('#countdown [data-until]');
  if (left) {
    // The browser's clock may be wrong, so it never counts for longer than the pause itself.
    const end = Math.min(Date.parse(left.dataset.until), Date.now() + left.dataset.most * 1000);
    const tick = () => {
      const seconds = Math.ceil((end - Date.now()) / 1000);
      left.closest('p').hidden = seconds <= 0;
      left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
      if (seconds > 0) setTimeout(tick, 1000);
    };
    tick();
  }
  const code = page.querySelector('#code[data-sms]');
  if (code && 'OTPCredential' in window) navigator.credentials.get({otp: {transport: ['sms']}}).then(sent => {
    code.value = sent.code;
    code.form.requestSubmit();
  }, () => {});
})();
"""
