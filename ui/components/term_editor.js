// The two lists of terms. An edit is painted at once and told to Python as a queue of events {s, op, sign, term, text, value};
// what Python has not stored yet is laid over its answer. All text goes in by textContent or as an input's value.

const mounts = new WeakMap();
const SIDES = [
  { sign: 1, cls: "find", title: "Find", finds: "Finds", look: ["finds", "alone"], hint: "Add a term that finds products" },
  { sign: -1, cls: "cut", title: "Cut", finds: "Cuts", look: ["cuts", "cuts_alone"], hint: "Add a term that cuts products" },
];
const weightOf = (value) => (Math.abs(value * 10 - Math.round(value * 10)) < 1e-6 ? value.toFixed(1) : value.toFixed(2));
const fold = (text) => text.trim().replace(/\s+/g, " ");

function overlaid(m) {
  let rows = (m.data.rows || []).map((row) => ({ ...row }));
  const find = (e) => rows.find((row) => row.sign === e.sign && row.term === e.term);
  const like = (sign, text) => rows.find((row) => row.sign === sign && row.term.toLowerCase() === text.toLowerCase());
  for (const e of m.queue.events) {
    if (e.s !== m.data.selection) continue;
    const row = e.op === "add" ? like(e.sign, e.term) : find(e);
    if (e.op === "add" && !row) rows.push({ term: e.term, sign: e.sign, use: true, weight: 1, finds: null, alone: null, why: "yours" });
    else if (!row) continue;
    else if (e.op === "add") row.use = true;
    else if (e.op === "remove") rows = rows.filter((one) => one !== row);
    else if (e.op === "use") row.use = Boolean(e.value);
    else if (e.op === "weight") row.weight = e.value;
    else if (![undefined, row].includes(like(row.sign, e.text))) rows = rows.filter((one) => one !== row);
    else Object.assign(row, { term: e.text, finds: null, alone: null, why: "yours" });
  }
  return rows;
}

function edit(m, row, op, more) {
  pushEvent(m.queue, { s: m.data.selection, op, sign: row.sign, term: row.term, ...more });
  paint(m);
}

function number(m, kind, li) {
  const button = make("button", "num");
  button.type = "button";
  button.onclick = () => m.look({ kind, term: li.row.term });
  return button;
}

function count(button, side, kind, row, value, most) {
  button.disabled = value === null || value === 0;
  const what = side.sign === 1 ? (kind === "alone" ? "found by no other term than" : "found by") : kind === "cuts_alone" ? "cut by no other term than" : "cut by";
  button.setAttribute("aria-label", value === null ? `not counted: ${row.term}` : `${value} products ${what} ${row.term}`);
  const parts = [make("span", "value", value === null ? (row.use ? "…" : "–") : value.toLocaleString("en"))];
  if (most && value) {
    const bar = make("span", "bar");
    bar.style.width = `${Math.max(3, Math.round((100 * value) / most))}%`;
    parts.unshift(bar);
  }
  button.replaceChildren(...parts);
}

// A row lives as long as its term does, so that nobody's click, focus or half typed word goes with it; `fill` says what stands in it.
function line(m, side) {
  const li = make("li", "row");
  const use = make("input");
  use.type = "checkbox";
  use.onchange = () => edit(m, li.row, "use", { value: use.checked ? 1 : 0 });
  const term = make("input", "term");
  term.maxLength = 200;
  term.setAttribute("aria-label", `${side.title} term`);
  term.onchange = () => {
    const text = fold(term.value);
    if (!text) return edit(m, li.row, "remove");
    set(term, text);
    if (text === li.row.term) return;
    li.dataset.term = text;
    edit(m, li.row, "rename", { text });
  };
  const weight = make("input", "weight");
  Object.assign(weight, { type: "number", min: "0", step: "0.1" });
  weight.onchange = () => {
    const value = Math.min(Math.max(Number(weight.value) || 0, 0), m.data.heaviest);
    set(weight, weightOf(value));
    edit(m, li.row, "weight", { value });
  };
  const gone = make("button", "gone", "✕");
  gone.type = "button";
  gone.title = "Remove";
  gone.onclick = () => edit(m, li.row, "remove");
  li.parts = { use, term, weight, gone, numbers: side.look.map((kind) => number(m, kind, li)), why: make("span", "why") };
  li.append(use, term, ...(side.sign === 1 ? [weight] : []), ...li.parts.numbers, li.parts.why, gone);
  return li;
}

function set(field, value) {
  field.value = field.dataset.was = value;
}

function fill(m, side, li, row, most) {
  const { use, term, weight, gone, numbers, why } = li.parts;
  const typed = (field) => m.root.activeElement === field && field.value !== field.dataset.was;
  li.row = row;
  li.dataset.term = row.term;
  li.classList.toggle("off", !row.use);
  use.checked = row.use;
  use.setAttribute("aria-label", `Use “${row.term}”`);
  if (term.dataset.was !== row.term && !typed(term)) set(term, row.term);
  weight.max = String(m.data.heaviest);
  weight.setAttribute("aria-label", `Weight of “${row.term}”`);
  if (weight.dataset.was !== weightOf(row.weight) && !typed(weight)) set(weight, weightOf(row.weight));
  count(numbers[0], side, side.look[0], row, row.finds, most);
  count(numbers[1], side, side.look[1], row, row.alone, 0);
  why.textContent = why.title = row.why;
  gone.setAttribute("aria-label", `Remove “${row.term}”`);
}

function header(side) {
  const head = make("div", "head");
  head.setAttribute("aria-hidden", "true");
  const names = side.sign === 1 ? ["", "Term", "Weight", side.finds, "Alone", "Why", ""] : ["", "Term", side.finds, "Alone", "Why", ""];
  for (const name of names) head.append(make("span", name === "Why" || name === "Term" ? "left" : "", name));
  return head;
}

function adder(m, side) {
  const form = make("form", "add");
  const input = make("input");
  input.placeholder = side.hint;
  input.maxLength = 200;
  input.setAttribute("aria-label", side.hint);
  const button = make("button", "", "Add");
  form.append(input, button);
  form.onsubmit = (event) => {
    event.preventDefault();
    const terms = input.value.split(/[,;\n]/).map(fold).filter(Boolean);
    for (const term of terms) edit(m, { sign: side.sign, term }, "add");
    input.value = "";
    input.focus();
  };
  return form;
}

function build(m) {
  m.lists = SIDES.map((side) => {
    const box = make("section", `side ${side.cls}`);
    box.setAttribute("aria-label", `Terms that ${side.title.toLowerCase()}`);
    const title = make("h3", "", side.title);
    const sum = make("span", "sum");
    title.append(sum);
    const rows = make("ul", "rows");
    box.append(title, header(side), rows, adder(m, side));
    return { side, sum, rows, box };
  });
  m.host.replaceChildren(...m.lists.map((list) => list.box));
  m.host.addEventListener("keydown", takeOver);
}

// Ctrl+Enter previews from within a field too: what stands in it is taken over before the page hears of the key.
function takeOver(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const field = event.composedPath()[0];
  if (field instanceof HTMLInputElement && field.form) field.form.requestSubmit();
  else if (field instanceof HTMLInputElement) field.blur();
}

function paint(m) {
  const rows = overlaid(m);
  const drawn = JSON.stringify(rows);
  if (drawn === m.drawn) return;
  m.drawn = drawn;
  for (const { side, sum, rows: list } of m.lists) {
    const mine = rows.filter((row) => row.sign === side.sign);
    const most = Math.max(1, ...mine.map((row) => row.finds || 0));
    const there = new Map([...list.children].map((li) => [li.dataset.term, li]));
    const lines = mine.map((row) => {
      const li = there.get(row.term) || line(m, side);
      fill(m, side, li, row, most);
      return li;
    });
    if (!mine.length) lines.push(make("li", "none", side.sign === 1 ? "No term yet: nothing is found." : "Nothing is cut."));
    arrange(list, lines);
    sum.textContent = `${mine.filter((row) => row.use).length} of ${mine.length} in use`;
  }
}

// A row that stands where it should is left alone: one that is moved loses the focus.
function arrange(list, lines) {
  for (const li of [...list.children]) if (!lines.includes(li)) li.remove();
  lines.forEach((li, at) => list.children[at] !== li && list.insertBefore(li, list.children[at] || null));
}

export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  let m = mounts.get(parentElement);
  const opened = m === undefined;
  if (opened) {
    m = { queue: openQueue("shelfcraft.edits"), drawn: null };
    m.root = parentElement.getRootNode();
    m.host = parentElement.querySelector(".sides");
    mounts.set(parentElement, m);
    build(m);
  }
  const tell = (m.queue.tell = (events) => setStateValue("edits", events));
  m.look = (what) => setTriggerValue("look", what);
  m.data = data;
  settleQueue(m.queue, data.acks || {});
  paint(m);
  if (opened && m.queue.events.length) sendQueue(m.queue);
  else sendLater(m.queue);
  return atEnd(m, () => leaveQueue(m.queue, tell));
}
