// One grid of product cards. What an operator judges is painted at once and told to Python as an append-only queue of
// events {c, n, s, id, v, rank, t}: client, sequence, selection, product, verdict. Python answers with its verdicts and, for every client,
// the highest sequence that it has stored; what it has not yet stored is laid over its answer and survives a reload.
// All text goes in by textContent: a product's text is never markup.

const mounts = new WeakMap();
const STORE = "shelfcraft.events";
const RETRY = 5000;

const make = (tag, cls, text) => {
  const node = document.createElement(tag);
  if (cls) node.className = cls;
  if (text !== undefined) node.textContent = text;
  return node;
};

function newClient() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

function readQueue() {
  try {
    const found = JSON.parse(sessionStorage.getItem(STORE) || "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function writeQueue(queue) {
  try {
    if (queue.length) sessionStorage.setItem(STORE, JSON.stringify(queue));
    else sessionStorage.removeItem(STORE);
  } catch {
    // Private windows may refuse storage; the queue then lives in memory only.
  }
}

function effective(m) {
  const verdicts = new Map(Object.entries(m.data.verdicts || {}));
  for (const event of m.queue) {
    if (event.s !== m.data.selection) continue;
    if (event.v === "clear") verdicts.delete(event.id);
    else verdicts.set(event.id, event.v);
  }
  return verdicts;
}

const pending = (queue, acks) => queue.filter((e) => !(e.n <= (acks[e.c] || 0)));

function paint(m) {
  const verdicts = effective(m);
  for (const card of m.cards) {
    const verdict = verdicts.get(card.dataset.id) || "";
    if (card.dataset.verdict === verdict) continue;
    card.dataset.verdict = verdict;
    card.querySelector(".stamp").textContent = verdict === "accept" ? "✓ Kept" : verdict === "reject" ? "✕ Dropped" : "";
    card.querySelector(".keep").setAttribute("aria-pressed", String(verdict === "accept"));
    card.querySelector(".drop").setAttribute("aria-pressed", String(verdict === "reject"));
    const state = verdict === "accept" ? ", kept" : verdict === "reject" ? ", dropped" : "";
    card.setAttribute("aria-label", `${card.dataset.name}${state}`);
  }
}

// What is not stored is sent again: with the next verdict, and by itself after a while (a busy database, a lost connection).
function send(m) {
  m.tell("events", [...m.queue]);
  again(m);
}

function again(m) {
  clearTimeout(m.timer);
  if (m.queue.length) m.timer = setTimeout(() => send(m), RETRY);
}

function judge(m, card, verdict) {
  const held = card.dataset.verdict || "";
  const next = held === verdict ? "clear" : verdict;
  m.n += 1;
  m.queue.push({ c: m.client, n: m.n, s: m.data.selection, id: card.dataset.id, v: next, rank: Number(card.dataset.rank), t: Date.now() });
  writeQueue(m.queue);
  paint(m);
  m.status.textContent = `${next === "accept" ? "Kept" : next === "reject" ? "Dropped" : "Verdict taken back"}: ${card.dataset.name}`;
  send(m);
  return next;
}

// A drawer that closes leaves the focus nowhere, at once or after the rerun that follows; the keys should go on where
// they were. Whatever can be typed into or pressed keeps the focus that it was given.
const BUSY = "input, textarea, select, button, a[href], [contenteditable]";

function comeBack(m) {
  clearInterval(m.watch);
  let opened = false;
  let closed = 0;
  let left = 12000;
  m.watch = setInterval(() => {
    const open = document.querySelector('[role="dialog"]') !== null;
    opened ||= open;
    closed = opened && !open ? closed + 1 : 0;
    left -= 1;
    if (closed > 25 || left < 0) clearInterval(m.watch);
    if (closed === 0) return;
    const root = m.grid.getRootNode();
    const now = root.activeElement || document.activeElement;
    const card = m.cards.find((one) => one.dataset.id === m.active);
    if (card && !m.cards.includes(now) && !(now && now.matches(BUSY))) card.focus();
  }, 80);
}

function activate(m, card, focus = true) {
  if (!card) return;
  for (const other of m.cards) {
    const on = other === card;
    other.tabIndex = on ? 0 : -1;
    for (const button of other.querySelectorAll("button")) button.tabIndex = on ? 0 : -1;
  }
  m.active = card.dataset.id;
  if (focus) card.focus();
}

function step(m, card, key) {
  const at = m.cards.indexOf(card);
  const columns = getComputedStyle(m.grid).gridTemplateColumns.split(" ").length;
  const move = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key];
  if (key === "Home") return activate(m, m.cards[0]);
  if (key === "End") return activate(m, m.cards[m.cards.length - 1]);
  return activate(m, m.cards[Math.min(Math.max(at + move, 0), m.cards.length - 1)]);
}

function onKey(m, card, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const inside = event.target !== card;
  if (inside && (key === "Enter" || key === " ")) return;
  if (key === "a" || key === "x") {
    const next = judge(m, card, key === "a" ? "accept" : "reject");
    if (next !== "clear") step(m, card, "ArrowRight");
  } else if (key === "e" || (key === "Enter" && !inside)) {
    m.ask(card.dataset.id);
  } else if (/^Arrow|^Home$|^End$/.test(key)) {
    step(m, card, key);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

function photo(item) {
  const box = make("div", "photo");
  box.append(make("span", "blank", item.category || "No picture"));
  const sources = [...item.pictures];
  if (sources.length) {
    const img = make("img");
    img.alt = "";
    img.loading = "lazy";
    img.decoding = "async";
    img.referrerPolicy = "no-referrer";
    img.onerror = () => (sources.length ? (img.src = sources.shift()) : img.remove());
    img.onload = () => box.classList.add("loaded");
    img.src = sources.shift();
    box.append(img);
  }
  box.append(make("span", "rank", `#${item.rank}`));
  if (item.flag) box.append(make("span", "flag", item.flag));
  if (item.variants) box.append(make("span", "more", `${item.variants + 1} variants`));
  box.append(make("span", "stamp"));
  return box;
}

function body(m, card, item) {
  const box = make("div", "body");
  const title = make("p", "title", item.title);
  title.title = item.title;
  const meta = make("div", "meta");
  meta.append(make("span", "brand", item.brand));
  if (item.rating) {
    const stars = make("span", "stars", `★ ${item.rating}`);
    stars.title = item.rating_note;
    meta.append(stars);
  }
  const price = make("div", "price", item.price);
  if (!item.price) price.append(make("span", "none", "price unknown"));
  const terms = make("div", "terms");
  terms.title = item.why;
  if (item.pinned) terms.append(make("span", "term pinned", "added by hand"));
  for (const term of item.terms) terms.append(make("span", "term", term));
  const acts = make("div", "acts");
  const button = (cls, text, label, run) => {
    const node = make("button", cls, text);
    node.type = "button";
    node.setAttribute("aria-label", `${label}: ${item.title}`);
    node.onclick = (event) => {
      event.stopPropagation();
      activate(m, card);
      run();
    };
    acts.append(node);
  };
  button("keep", "Keep", "Keep", () => judge(m, card, "accept"));
  button("drop", "Drop", "Drop", () => judge(m, card, "reject"));
  button("why", "Why", "Why is this here", () => m.ask(item.id));
  box.append(title, meta, price, terms, acts);
  return box;
}

function build(m) {
  const held = m.grid.contains(m.root.activeElement) ? m.active : null;
  m.cards = m.data.items.map((item) => {
    const card = make("li", "card");
    card.dataset.id = item.id;
    card.dataset.rank = item.rank;
    card.dataset.name = item.label;
    card.dataset.verdict = "none";
    card.append(photo(item), body(m, card, item));
    card.onkeydown = (event) => onKey(m, card, event);
    card.onclick = () => activate(m, card);
    return card;
  });
  m.grid.replaceChildren(...m.cards);
  m.grid.setAttribute("aria-label", m.data.label);
  const same = m.cards.find((card) => card.dataset.id === m.active) || m.cards[0];
  if (same) activate(m, same, held !== null);
}

export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  let m = mounts.get(parentElement);
  const opened = m === undefined;
  if (opened) {
    m = { client: newClient(), n: 0, queue: readQueue(), cards: [], drawn: null, active: null };
    m.root = parentElement.getRootNode();
    m.grid = parentElement.querySelector(".grid");
    m.status = parentElement.querySelector(".sr");
    mounts.set(parentElement, m);
  }
  m.tell = setStateValue;
  m.ask = (id) => {
    setTriggerValue("why", id);
    comeBack(m);
  };
  m.data = data;
  m.queue = pending(m.queue, data.acks || {});
  writeQueue(m.queue);
  if (m.drawn !== data.drawn) {
    m.drawn = data.drawn;
    build(m);
  }
  paint(m);
  if (opened && m.queue.length) send(m);
  else again(m);
  return () => {
    clearTimeout(m.timer);
    clearInterval(m.watch);
  };
}
