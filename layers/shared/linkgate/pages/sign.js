(() => {
  // Draws signatures. The strokes are kept as numbers in a box of 600 by 200, and the canvas only shows them.
  for (const pad of document.querySelectorAll('[data-sign]')) {
    const {sign, signed, undo, clear, draw} = pad.dataset, form = pad.closest('form'), at = form.action.replace(/[a-z]+$/, 'fields');
    const value = form.elements[sign], name = form.elements[`name:${sign}`], canvas = document.createElement('canvas');
    let strokes = value.value.split('M').slice(1).map(stroke => stroke.split('L').map(point => point.split(' ').map(Number)));
    let base = Number(pad.dataset.n), current, timer;
    const text = () => strokes.length ? `path:${strokes.map(stroke => `M${stroke.map(point => point.join(' ')).join('L')}`).join('')}` : '';
    const paint = () => {
      const wide = canvas.clientWidth, scale = wide * devicePixelRatio / 600, pen = canvas.getContext('2d');
      canvas.width = 600 * scale;
      canvas.height = 200 * scale;
      pen.scale(scale, scale);
      pen.lineWidth = 3;
      pen.lineCap = pen.lineJoin = 'round';
      pen.strokeStyle = getComputedStyle(canvas).color;
      for (const stroke of strokes) {
        pen.beginPath();
        stroke.forEach(([x, y], place) => place ? pen.lineTo(x, y) : pen.moveTo(x, y));
        pen.stroke();
      }
      const [back, empty] = pad.querySelectorAll('button');
      back.disabled = empty.disabled = !strokes.length;
    };
    const save = async again => {
      const given = name.value.trim() ? `name:${name.value.trim().replace(/[#\s]+/g, ' ')}` : text();
      const body = JSON.stringify({set: [{f: sign, v: given ? `${given}#${signed}` : null, base}]});
      const headers = {'content-type': 'application/json', accept: 'application/json'};
      try {
        const reply = await fetch(at, {method: 'POST', headers, body, keepalive: true});
        const [answer] = (await reply.json()).fields;
        base = answer.n ?? base;
        if (!answer.ok && !again) save(true);
      } catch {}  // Send posts it once more.
    };
    const keep = () => {
      value.value = text();
      if (!form.elements[`touched:${sign}`]) {
        const mark = document.createElement('input');
        mark.type = 'hidden';
        mark.name = `touched:${sign}`;
        form.append(mark);
      }
      paint();
      clearTimeout(timer);
      timer = setTimeout(save, 700);
    };
    const point = event => {
      const box = canvas.getBoundingClientRect(), fit = (part, most) => Math.min(most, Math.max(0, Math.round(part * most)));
      return [fit((event.clientX - box.left) / box.width, 600), fit((event.clientY - box.top) / box.height, 200)];
    };
    const button = (words, act) => {
      const made = document.createElement('button');
      made.type = 'button';
      made.className = 'plain';
      made.textContent = words;
      made.addEventListener('click', () => { act(); keep(); });
      return made;
    };
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', draw);
    pad.querySelector('svg')?.remove();
    const hint = document.createElement('p');
    hint.className = 'small';
    hint.textContent = draw;
    pad.append(hint, canvas, button(undo, () => strokes.pop()), ' ', button(clear, () => { strokes = []; }));
    canvas.addEventListener('pointerdown', event => {
      if (!event.isPrimary || text().length > 11000) return;
      canvas.setPointerCapture(event.pointerId);
      name.value = '';
      current = [point(event)];
      strokes.push(current);
    });
    canvas.addEventListener('pointermove', event => {
      if (!current || !event.isPrimary) return;
      const [x, y] = point(event), [u, v] = current.at(-1);
      if (Math.hypot(x - u, y - v) < 3 || text().length > 11800) return;
      current.push([x, y]);
      paint();
    });
    const end = () => {
      if (!current) return;
      if (current.length === 1) current.push(current[0]);
      current = null;
      keep();
    };
    canvas.addEventListener('pointerup', end);
    canvas.addEventListener('pointercancel', end);
    name.addEventListener('input', () => { strokes = []; keep(); });
    new ResizeObserver(paint).observe(canvas);
    paint();
  }
})();
