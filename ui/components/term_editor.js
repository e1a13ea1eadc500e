// The two lists of terms. An edit is painted at once and told to Python as a queue of events {s, op, sign, term, text, value};
// what Python has not stored yet is laid over its answer. All text goes in by textContent or as an input's value.

const mounts = new WeakMap();
const SIDES = [
  { sign: 1, cls: "find", title: "Find", finds: "Finds", look: ["finds", "alone"], hint: "Add a term that finds products" },
  { sign: -1, cls: "cut", title: "Cut", finds: "Cuts", look: ["cuts", "cuts_alone"], hint: "Add a term that cuts products" },
];
const fold = (text) => text.trim().replace(/\s+/g, " ");

function overlaid(m) {
  let rows = (m.data.rows || []).map((row) => ({ ...row }));
  const find = (e) => rows.find((row) => row.sign === e.sign && row.term === e.term);
  for (const e of m.queue.events) {
    if (e.s !== m.data.selection) continue;
    const row = find(e);
    if (e.op === "add" && !row) rows.push({ term: e.term, sign: e.sign, use: true, weight: 1, finds: null, alone: null, why: "yours" });
    else if (!row) continue;
    else if (e.op === "remove") rows = rows.filter((one) => one !== row);
    else if (e.op === "use") row.use = Boolean(e.value);
    else if (e.op === "weight") row.weight = e.value;
    else if (e.op === "rename") Object.assign(row, { term: e.text, finds: null, alone: null, why: "yours" });
  }
  return rows;
}

function edit(m, row, op, more) {
  pushEvent(m.queue, { s: m.data.selection, op, sign: row.sign, term: row.term, ...more });
  paint(m);
}

function number(m, side, kind, row, value, most) {
  const button = make("button", "num");
  button.type = "button";
  button.disabled = value === null || value === 0;
  const what = side.sign === 1 ? (kind === "alone" ? "found by no other term than" : "found by") : kind === "cuts_alone" ? "cut by no other term than" : "cut by";
  button.setAttribute("aria-label", value === null ? `not counted: ${row.term}` : `${value} products ${what} ${row.term}`);
  button.onclick = () => m.look({ kind, term: row.term });
  if (most && value) {
    const bar = make("span", "bar");
    bar.style.width = `${Math.max(3, Math.round((100 * value) / most))}%`;
    button.append(bar);
  }
  button.append(make("span", "value", value === null ? (row.use ? "…" : "–") : value.toLocaleString("en")));
  return button;
}

function line(m, side, row, most) {
  const li = make("li", row.use ? "row" : "row off");
  li.dataset.term = row.term;
  const use = make("input");
  use.type = "checkbox";
  use.checked = row.use;
  use.setAttribute("aria-label", `Use “${row.term}”`);
  use.onchange = () => edit(m, row, "use", { value: use.checked ? 1 : 0 });
  const term = make("input", "term");
  term.value = term.dataset.was = row.term;
  term.maxLength = 200;
  term.setAttribute("aria-label", `${side.title} term`);
  term.onchange = () => {
    const text = fold(term.value);
    term.dataset.was = term.value;
    if (!text) edit(m, row, "remove");
    else if (text !== row.term) edit(m, row, "rename", { text });
    else term.value = row.term;
  };
  li.append(use, term);
  if (side.sign === 1) {
    const weight = make("input", "weight");
    Object.assign(weight, { type: "number", min: "0", max: String(m.data.heaviest), step: "0.1", value: row.weight.toFixed(1) });
    weight.dataset.was = weight.value;
    weight.setAttribute("aria-label", `Weight of “${row.term}”`);
    weight.onchange = () => {
      weight.dataset.was = weight.value;
      edit(m, row, "weight", { value: Math.min(Math.max(Number(weight.value) || 0, 0), m.data.heaviest) });
    };
    li.append(weight);
  }
  const why = make("span", "why", row.why);
  why.title = row.why;
  const gone = make("button", "gone", "✕");
  gone.type = "button";
  gone.title = "Remove";
  gone.setAttribute("aria-label", `Remove “${row.term}”`);
  gone.onclick = () => edit(m, row, "remove");
  li.append(number(m, side, side.look[0], row, row.finds, most), number(m, side, side.look[1], row, row.alone, 0), why, gone);
  return li;
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

// The list is drawn anew; the field that had the focus gets it back.
function paint(m) {
  const rows = overlaid(m);
  const drawn = JSON.stringify(rows);
  if (drawn === m.drawn) return;
  m.drawn = drawn;
  for (const { side, sum, rows: list } of m.lists) {
    const mine = rows.filter((row) => row.sign === side.sign);
    const most = Math.max(1, ...mine.map((row) => row.finds || 0));
    const held = m.root.activeElement;
    if (held && list.contains(held) && held.dataset.was !== undefined && held.value !== held.dataset.was) {
      // Somebody is typing here: the list is drawn when the field is left.
      m.drawn = null;
      held.addEventListener("blur", () => setTimeout(() => paint(m)), { once: true });
      continue;
    }
    const at = held && list.contains(held) ? { row: held.closest(".row"), place: [...held.closest(".row").children].indexOf(held) } : null;
    const was = at ? [...list.children].indexOf(at.row) : -1;
    list.replaceChildren(...mine.map((row) => line(m, side, row, most)));
    sum.textContent = `${mine.filter((row) => row.use).length} of ${mine.length} in use`;
    if (!mine.length) list.append(make("li", "none", side.sign === 1 ? "No term yet: nothing is found." : "Nothing is cut."));
    // By its name, or, where it was given another one, by its place.
    const row = at && ([...list.children].find((one) => one.dataset.term === at.row.dataset.term) || list.children[was]);
    if (row && row.children[at.place]) row.children[at.place].focus();
  }
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
  m.queue.tell = (events) => setStateValue("edits", events);
  m.look = (what) => setTriggerValue("look", what);
  m.data = data;
  settleQueue(m.queue, data.acks || {});
  paint(m);
  if (opened && m.queue.events.length) sendQueue(m.queue);
  else sendLater(m.queue);
  return () => clearTimeout(m.queue.timer);
}
