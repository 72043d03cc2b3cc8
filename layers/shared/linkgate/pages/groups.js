(() => {
  // Entries of a group were added or removed elsewhere. The page keeps its own until its reader wants the newest.
  const form = document.getElementById('fill'), draft = form.draft;
  const changed = pointer => {
    for (const group of form.querySelectorAll('[data-group]')) {
      if (!`${pointer}/`.startsWith(`${group.dataset.group}/`) || group.querySelector('.changed')) continue;
      const [box, text, button] = ['div', 'p', 'button'].map(name => document.createElement(name));
      box.className = 'box changed';
      box.setAttribute('role', 'alert');
      text.textContent = group.dataset.changed;
      button.type = 'button';
      button.className = 'second';
      button.textContent = group.dataset.reload;
      button.addEventListener('click', () => { draft.leave(); location.reload(); });
      box.append(text, button);
      group.firstChild.after(box);
    }
  };
  form.addEventListener('gone', event => changed(event.detail));
  form.addEventListener('groups', event => {
    for (const {f, n} of event.detail ?? []) if (draft.seen[f] && n > draft.seen[f][0]) changed(f);
  });
})();
