// Rankings beside each other. The product under the mouse or in focus is lit in every column, joined by a line from column to
// column, so that the eye sees where it went. A press asks Python why. All text goes in by textContent.

const mounts = new WeakMap();
const SVG = "http://www.w3.org/2000/svg";

function arrow(hit) {
  if (hit.only) return make("span", "move only", "only here");
  if (hit.move === null) return make("span", "move new", "new");
  if (hit.move > 0) return make("span", "move up", `▲ ${hit.move}`);
  if (hit.move < 0) return make("span", "move down", `▼ ${-hit.move}`);
  return make("span", "move");
}

function cardOf(m, hit) {
  const product = m.data.products[hit.id];
  const li = make("li");
  const card = make("button", "hit");
  card.type = "button";
  card.tabIndex = -1;
  card.dataset.id = hit.id;
  card.dataset.tier = hit.tier;
  card.setAttribute("aria-label", hit.label);
  const head = make("span", "head");
  head.append(make("span", "rank", String(hit.rank)), arrow(hit));
  const title = make("span", "title", product.title);
  const foot = make("span", "foot");
  if (hit.grade) {
    const grade = make("span", "grade");
    grade.append(make("b", "", String(hit.grade)), make("span", "name", hit.name));
    grade.title = hit.sure ? `${hit.name}, ${hit.sure} sure` : hit.name;
    foot.append(grade);
  }
  if (hit.flag) {
    const flag = make("span", "flag", hit.flag);
    flag.title = hit.flag;
    foot.append(flag);
  } else if (product.price) {
    foot.append(make("span", "price", product.price));
  }
  card.title = [product.title, product.place, product.price].filter(Boolean).join("\n");
  card.append(pictureBox("span", "photo", product.pictures, product.place.split(" › ").pop()), head, title, foot);
  card.onclick = () => {
    activate(m, card, false);
    m.ask(hit.id);
  };
  card.onmouseenter = () => light(m, card);
  card.onfocus = () => light(m, card);
  li.append(card);
  return li;
}

function bar(column) {
  const box = make("div", "tiers");
  const graded = column.tiers.Good + column.tiers.Mid + column.tiers.Bad;
  if (!graded) return box;
  const strip = make("div", "strip");
  for (const tier of ["Good", "Mid", "Bad"]) {
    if (!column.tiers[tier]) continue;
    const part = make("span");
    part.dataset.tier = tier;
    part.style.flexGrow = column.tiers[tier];
    strip.append(part);
  }
  const told = ["Good", "Mid", "Bad"].filter((tier) => column.tiers[tier]);
  const line = make("p", "told");
  for (const tier of told) {
    const one = make("span", "", `${column.tiers[tier]} ${tier.toLowerCase()}`);
    one.dataset.tier = tier;
    line.append(one);
  }
  box.append(strip, line);
  return box;
}

function columnOf(m, column) {
  const box = make("section", "column");
  box.dataset.column = column.id;
  box.setAttribute("aria-label", column.name);
  const head = make("header");
  const top = make("div", "top");
  top.append(make("h3", "", column.name), make("span", "time", column.time));
  const extra = make("p", "extra");
  if (column.only) extra.append(make("span", "", `${column.only} only here`));
  if (column.flagged) extra.append(make("span", "", `${column.flagged} against a rule`));
  if (!extra.children.length) extra.textContent = "\u00a0";
  head.append(top, make("p", "about", column.about), bar(column), extra);
  box.append(head);
  if (column.id === m.data.against) box.classList.add("base");
  if (column.hits.length) {
    const list = make("ol");
    list.setAttribute("aria-label", `${m.data.label}: ${column.name}`);
    list.append(...column.hits.map((hit) => cardOf(m, hit)));
    box.append(list);
  } else if (column.note) {
    box.append(make("p", "note", column.note));
  }
  return box;
}

function place(m, node) {
  const box = node.getBoundingClientRect();
  const board = m.board.getBoundingClientRect();
  return { left: box.left - board.left, right: box.right - board.left, middle: box.top - board.top + box.height / 2 };
}

function light(m, card) {
  const id = card ? card.dataset.id : null;
  if (m.lit === id) return;
  m.lit = id;
  const same = [];
  for (const other of m.cards) {
    const on = other.dataset.id === id;
    other.classList.toggle("lit", on);
    if (on) same.push(other);
  }
  m.lines.replaceChildren();
  for (let at = 1; at < same.length; at += 1) {
    const from = place(m, same[at - 1]);
    const to = place(m, same[at]);
    const bend = Math.max((to.left - from.right) / 2, 10);
    const path = document.createElementNS(SVG, "path");
    path.setAttribute(
      "d",
      `M ${from.right} ${from.middle} C ${from.right + bend} ${from.middle}, ${to.left - bend} ${to.middle}, ${to.left} ${to.middle}`,
    );
    m.lines.append(path);
  }
}

function activate(m, card, focus = true) {
  if (!card) return;
  for (const other of m.cards) other.tabIndex = other === card ? 0 : -1;
  m.active = card;
  if (focus) card.focus();
}

function onKey(m, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !/^Arrow|^Home$|^End$/.test(event.key)) return;
  const card = m.cards.find((one) => one === m.root.activeElement);
  if (!card) return;
  const lists = [...m.columns.querySelectorAll("ol")].map((list) => [...list.querySelectorAll(".hit")]);
  const x = lists.findIndex((list) => list.includes(card));
  const y = lists[x].indexOf(card);
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] || [0, 0];
  const list = lists[Math.min(Math.max(x + dx, 0), lists.length - 1)];
  const to = event.key === "Home" ? 0 : event.key === "End" ? list.length - 1 : Math.min(Math.max(y + dy, 0), list.length - 1);
  activate(m, list[to]);
  event.preventDefault();
  event.stopPropagation();
}

function build(m) {
  const held = m.columns.contains(m.root.activeElement) && m.active ? m.active.dataset.id : null;
  m.columns.style.setProperty("--columns", m.data.columns.length);
  m.columns.replaceChildren(...m.data.columns.map((column) => columnOf(m, column)));
  m.cards = [...m.columns.querySelectorAll(".hit")];
  m.lit = undefined;
  light(m, null);
  activate(m, m.cards.find((card) => card.dataset.id === held) || m.cards[0], held !== null);
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  let m = mounts.get(parentElement);
  if (m === undefined) {
    m = { cards: [], drawn: null, active: null, lit: null };
    m.root = parentElement.getRootNode();
    m.board = parentElement.querySelector(".board");
    m.lines = parentElement.querySelector(".lines");
    m.columns = parentElement.querySelector(".columns");
    m.columns.onmouseleave = () => light(m, null);
    m.columns.onkeydown = (event) => onKey(m, event);
    m.columns.onfocusout = (event) => {
      if (!m.columns.contains(event.relatedTarget)) light(m, null);
    };
    mounts.set(parentElement, m);
  }
  m.ask = (id) => setTriggerValue("why", id);
  m.data = data;
  if (m.drawn === data.drawn) return;
  m.drawn = data.drawn;
  build(m);
}
