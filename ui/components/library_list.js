// Rows with pictures, one element for all of them: what a row can do is told to Python as a trigger {id, act}.
// All text goes in by textContent: a name that an operator typed is never markup.

const mounts = new WeakMap();

function button(m, item, cls, text, act, label) {
  const node = make("button", cls);
  node.type = "button";
  node.append(make("span", "in", text));
  node.setAttribute("aria-label", `${label || text}: ${item.name}`);
  node.onclick = (event) => {
    event.stopPropagation();
    activate(m, node.closest(".row"), false);
    m.tell(item.id, act);
  };
  return node;
}

function photo(found) {
  const box = pictureBox("div", "photo", found.sources, found.title);
  box.title = found.title;
  return box;
}

function strip(item) {
  if (!item.pictures.length) return make("div", "nothing", "No products");
  const box = make("div", "strip");
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", `First products: ${item.pictures.map((found) => found.title).join(", ")}`);
  box.append(...item.pictures.map(photo));
  return box;
}

function text(m, item) {
  const box = make("div", "text");
  const head = make("div", "head");
  const name = make("p", "name", item.name);
  name.title = item.name;
  head.append(name, ...item.badges.map(([label, tone]) => {
    const badge = make("span", "badge", label);
    badge.dataset.tone = tone;
    return badge;
  }));
  const facts = make("div", "facts");
  for (const fact of item.facts) {
    facts.append(fact.act ? button(m, item, "fact", fact.text, fact.act, `Show ${fact.text}`) : make("span", "fact", fact.text));
  }
  box.append(head);
  if (item.note) box.append(make("p", "note", item.note));
  if (item.facts.length) box.append(facts);
  if (item.who) {
    const who = make("p", "who", item.who);
    who.title = item.when;
    box.append(who);
  }
  return box;
}

function activate(m, row, focus = true) {
  if (!row) return;
  for (const other of m.rows) {
    const on = other === row;
    other.tabIndex = on ? 0 : -1;
    for (const node of other.querySelectorAll("button")) node.tabIndex = on ? 0 : -1;
  }
  m.active = row.dataset.id;
  if (focus) row.focus();
}

function onKey(m, row, item, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = m.rows.indexOf(row);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: m.rows.length - 1 }[event.key];
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const found = m.data.keys.find((one) => one.key === key && item.can.includes(one.act));
  if (to !== undefined) activate(m, m.rows[Math.min(Math.max(to, 0), m.rows.length - 1)]);
  else if (found && (event.target === row || key !== "Enter")) m.tell(item.id, found.act);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function rowOf(m, item) {
  const row = make("li", "row");
  row.dataset.id = item.id;
  row.setAttribute("aria-label", item.label);
  const acts = make("div", "acts");
  item.acts.forEach(([act, label], at) => acts.append(button(m, item, at && item.quiet ? "quiet" : "", label, act)));
  if (m.data.pictured) row.append(strip(item));
  else row.classList.add("plain");
  row.append(text(m, item), acts);
  row.onkeydown = (event) => onKey(m, row, item, event);
  row.onclick = () => {
    activate(m, row, false);
    // Whoever marks words to copy them does not ask for anything.
    if (item.opens && String(getSelection()) === "") m.tell(item.id, item.opens);
  };
  if (item.opens) row.classList.add("opens");
  return row;
}

function build(m) {
  const held = m.list.contains(m.root.activeElement);
  m.rows = m.data.items.map((item) => rowOf(m, item));
  m.list.replaceChildren(...m.rows);
  m.list.setAttribute("aria-label", m.data.label);
  m.bar.classList.toggle("bare", m.data.keys.length === 0);
  m.keys.replaceChildren(...m.data.keys.map((one) => {
    const hint = make("span");
    hint.append(make("kbd", "", one.shown), document.createTextNode(` ${one.does}`));
    return hint;
  }));
  if (m.data.keys.length) {
    const hint = make("span");
    hint.append(make("kbd", "", "↑"), make("kbd", "", "↓"), document.createTextNode(" move"));
    m.keys.append(hint);
  }
  activate(m, m.rows.find((row) => row.dataset.id === m.active) || m.rows[0], held);
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  let m = mounts.get(parentElement);
  if (m === undefined) {
    m = { rows: [], drawn: null, active: null };
    m.root = parentElement.getRootNode();
    m.list = parentElement.querySelector(".rows");
    m.bar = parentElement.querySelector(".bar");
    m.keys = parentElement.querySelector(".keys");
    mounts.set(parentElement, m);
  }
  m.tell = (id, act) => setTriggerValue("act", { id, act });
  m.data = data;
  if (m.drawn === data.drawn) return;
  m.drawn = data.drawn;
  build(m);
}
