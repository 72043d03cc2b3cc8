(() => {
  // Decides as usecases/conditions.py does which questions are asked.
  const form = document.getElementById('fill');
  if (!form?.dataset.rules) return;
  const {rules, kinds, known} = JSON.parse(form.dataset.rules);
  const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);
  const steps = pointer => pointer.split('/').slice(1).map(step => step.replace(/~1/g, '/').replace(/~0/g, '~'));
  const at = (data, pointer) => steps(pointer).reduce((value, step) => value?.[step], data);
  const holds = (condition, value) => condition === true || (condition !== false
    && (!('const' in condition) || condition.const === value)
    && (!condition.enum || condition.enum.includes(value))
    && (typeof value !== 'number' || (!(value < condition.minimum) && !(value > condition.maximum)))
    && (!isObject(value) || ((condition.required ?? []).every(name => Object.hasOwn(value, name))
      && Object.entries(condition.properties ?? {}).every(([name, part]) =>
        !Object.hasOwn(value, name) || holds(part, value[name]))))
    && (!Array.isArray(value) || !('contains' in condition) || value.some(each => holds(condition.contains, each)))
    && (!('not' in condition) || !holds(condition.not, value))
    && (condition.allOf ?? []).every(each => holds(each, value))
    && (!condition.anyOf || condition.anyOf.some(each => holds(each, value))));
  const within = (pointer, outer) => pointer === outer || pointer.startsWith(`${outer}/`);
  const without = (answers, hidden) => {
    const data = {};
    for (const [pointer, value] of answers) {
      if ([...hidden].some(each => within(pointer, each))) continue;
      const path = steps(pointer), last = path.pop();
      path.reduce((inner, step) => inner[step] ??= {}, data)[last] = value;
    }
    return data;
  };
  const hiddenIn = (answers, conditions = rules) => {
    const conditional = new Set(conditions.flatMap(([, , then, other]) => [...then[0], ...other[0]]));
    let hidden = conditional;
    for (let turn = 0; turn < 20; turn += 1) {
      const data = without(answers, hidden), before = [...hidden].sort().join('\n');
      const taken = conditions.map(([place, condition, then, other]) => holds(condition, at(data, place) ?? {}) ? then : other);
      const wanted = new Set(taken.flatMap(branch => branch[0]));
      hidden = new Set([...[...conditional].filter(each => !wanted.has(each)), ...taken.flatMap(branch => branch[1])]);
      if ([...hidden].sort().join('\n') === before) break;
    }
    return hidden;
  };
  const number = text => {
    const value = Number(text.replace(',', '.'));
    return Number.isFinite(value) ? value : text;
  };
  const read = (kind, texts) => kind === 'number' ? number(texts.at(-1).trim()) : kind === 'text' ? texts.at(-1).trim()
    : Array.isArray(kind) ? texts.map(text => kind[0][text] ?? text) : kind[texts.at(-1)] ?? texts.at(-1);
  const texts = name => [...form.elements].filter(control => control.name === name && (control.checked ||
    (control.type !== 'radio' && control.type !== 'checkbox'))).map(control => control.value).filter(text => text.trim());
  const decide = () => {
    const answers = Object.entries(known);
    for (const [name, kind] of Object.entries(kinds)) {
      const given = texts(name);
      if (given.length) answers.push([name, read(kind, given)]);
    }
    const hidden = hiddenIn(answers);
    for (const part of form.querySelectorAll('[data-if]')) part.hidden = part.disabled = hidden.has(part.dataset.if);
  };
  form.conditions = {holds, hiddenIn};
  form.addEventListener('input', decide);
  form.addEventListener('put', decide);
  addEventListener('pageshow', decide);
  decide();
})();
