// One grid of product cards. What an operator judges is painted at once and told to Python as an append-only queue of
// events {s, id, v, r, m, rank}: selection, product, verdict, reasons, what it says of others like it. What Python has not stored yet is laid over its answer.
// All text goes in by textContent: a product's text is never markup.

const mounts = new WeakMap();

function effective(m) {
  const reasons = m.data.reasons || {};
  const said = m.data.statements || {};
  const stand = new Map(
    Object.entries(m.data.verdicts || {}).map(([id, v]) => [id, { v, r: reasons[id] || [], m: said[id] || "" }]),
  );
  for (const event of m.queue.events) {
    if (event.s !== m.data.selection) continue;
    if (event.v === "clear") stand.delete(event.id);
    else stand.set(event.id, { v: event.v, r: event.r || [], m: event.m || "" });
  }
  return stand;
}

const STAMPS = { accept: "✓ Kept", reject: "✕ Dropped", more_like: "✓ More like this", none_of: "✕ None like this" };

function paint(m) {
  const stand = effective(m);
  for (const card of m.cards) {
    const { v: verdict, r: given, m: said } = stand.get(card.dataset.id) || { v: "", r: [], m: "" };
    for (const chip of card.querySelectorAll(".reason")) {
      const on = chip.dataset.code ? given.includes(chip.dataset.code) : chip.dataset.says === said;
      chip.setAttribute("aria-pressed", String(on));
    }
    if (card.dataset.verdict === verdict && card.dataset.said === said) continue;
    card.dataset.verdict = verdict;
    card.dataset.said = said;
    card.querySelector(".stamp").textContent = STAMPS[said] || STAMPS[verdict] || "";
    card.querySelector(".keep").setAttribute("aria-pressed", String(verdict === "accept"));
    card.querySelector(".drop").setAttribute("aria-pressed", String(verdict === "reject"));
    const state = verdict === "accept" ? ", kept" : verdict === "reject" ? ", dropped" : "";
    card.setAttribute("aria-label", `${card.dataset.name}${state}`);
  }
}

function judge(m, card, verdict) {
  const held = card.dataset.verdict || "";
  const next = held === verdict ? "clear" : verdict;
  tell(m, card, next, []);
  m.status.textContent = `${next === "accept" ? "Kept" : next === "reject" ? "Dropped" : "Verdict taken back"}: ${card.dataset.name}`;
  return next;
}

function tell(m, card, verdict, reasons, said = "") {
  const event = { s: m.data.selection, id: card.dataset.id, v: verdict, r: reasons, rank: Number(card.dataset.rank) };
  if (said) event.m = said;
  pushEvent(m.queue, event);
  paint(m);
}

// "More like this" keeps a card and "none like this" drops it, and says so of what is like it; the same again leaves the
// verdict alone standing.
function declare(m, card, said) {
  const held = effective(m).get(card.dataset.id) || { v: "", r: [], m: "" };
  const verdict = said === "more_like" ? "accept" : "reject";
  const next = held.m === said ? "" : said;
  tell(m, card, verdict, held.v === verdict ? held.r : [], next);
  const words = next === "more_like" ? "More like this" : next === "none_of" ? "None like this" : "Of this one alone";
  m.status.textContent = `${words}: ${card.dataset.name}`;
  return next;
}

// A reason belongs to the rejection: giving or taking one back says the rejection again with the reasons that hold now.
function giveReason(m, card, code) {
  const { r: held, m: said } = effective(m).get(card.dataset.id) || { r: [], m: "" };
  tell(m, card, "reject", held.includes(code) ? held.filter((one) => one !== code) : [...held, code], said);
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
    if (card && !m.cards.includes(now) && !(now && now.matches(BUSY))) card.focus({ preventScroll: true });
  }, 80);
}

// The browser's own way of bringing a focused card into view would scroll the page under its fixed head and foot.
const HEAD = 72;
const FOOT = 150;

function reveal(card) {
  const page = document.querySelector('[data-testid="stMain"]');
  const box = card.getBoundingClientRect();
  const bottom = window.innerHeight - FOOT;
  if (!page) card.scrollIntoView({ block: "nearest" });
  else if (box.top < HEAD) page.scrollTop += box.top - HEAD;
  else if (box.bottom > bottom) page.scrollTop += Math.min(box.bottom - bottom, box.top - HEAD);
}

function focusOn(card) {
  card.focus({ preventScroll: true });
  reveal(card);
}

function activate(m, card, focus = true) {
  if (!card) return;
  for (const other of m.cards) {
    const on = other === card;
    other.tabIndex = on ? 0 : -1;
    for (const button of other.querySelectorAll("button")) button.tabIndex = on ? 0 : -1;
  }
  m.active = card.dataset.id;
  if (focus) focusOn(card);
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
  } else if (key === "m" || key === "n") {
    if (declare(m, card, key === "m" ? "more_like" : "none_of")) step(m, card, "ArrowRight");
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

function rank(item) {
  const box = make("span", "rank", `#${item.rank}`);
  if (!item.was) return box;
  box.append(make("span", "was", item.up > 0 ? ` ▲ was ${item.was}` : item.up < 0 ? ` ▼ was ${item.was}` : ` · was ${item.was}`));
  return box;
}

function photo(m, item) {
  const box = pictureBox("div", "photo", item.pictures, item.category || "No picture");
  if (item.rank) box.append(rank(item));
  if (item.flag) box.append(make("span", "flag", item.flag));
  if (item.variants) {
    const more = make("button", "more", `${item.variants + 1} variants`);
    more.type = "button";
    more.setAttribute("aria-label", `Show the ${item.variants + 1} variants of ${item.title}`);
    more.onclick = (event) => {
      event.stopPropagation();
      m.look(item.id);
    };
    box.append(more);
  }
  box.append(make("span", "stamp"));
  return box;
}

// The judge's word: a full, three-quarter, half or empty disc, so that grades are told apart without colours too. What is Good says its grade
// under the mouse or the focus alone; what is not says it at once.
function mark(item) {
  const box = make("span", "mark");
  box.dataset.tier = item.tier || "none";
  box.dataset.level = item.level;
  box.title = item.judged;
  box.append(make("span", "word", item.grade), make("span", "disc"));
  return box;
}

// Why live learning put it here: the picture of the judged product that it is like says more than that one's title.
function lesson(item) {
  const box = make("div", "learned");
  box.title = item.learned;
  if (!item.shares) {
    box.append(make("span", "", item.learned));
    return box;
  }
  const shot = pictureBox("span", "shot", item.like, "");
  shot.dataset.kept = String(item.like_kept);
  const words = make("span", "");
  words.append(make("b", "", item.like_kept ? "Like one you kept" : "Like one you dropped"), `: ${item.shares}`);
  box.append(shot, words);
  return box;
}

function saysChip(m, card, said, words) {
  const chip = make("button", "reason", words);
  chip.type = "button";
  chip.dataset.says = said;
  chip.onclick = (event) => {
    event.stopPropagation();
    activate(m, card);
    declare(m, card, said);
  };
  return chip;
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
  const price = make("div", "price");
  price.append(item.price ? make("span", "", item.price) : make("span", "none", "price unknown"));
  if (item.grade) price.append(mark(item));
  const learned = item.learned ? lesson(item) : "";
  const terms = make("div", "terms");
  terms.title = item.why;
  if (item.pinned) terms.append(make("span", "term pinned", "added by hand"));
  if (item.note) terms.append(make("span", "term note", item.note));
  // Why it stands here is said in one way: by what was learned, or by the terms that found it.
  if (!learned) for (const term of item.terms) terms.append(make("span", "term", term));
  const reasons = make("div", "reasons");
  reasons.setAttribute("role", "group");
  reasons.setAttribute("aria-label", "What about it?");
  reasons.append(
    saysChip(m, card, "more_like", "More like this"), saysChip(m, card, "none_of", "None like this"),
  );
  for (const [code, label] of m.data.chips) {
    const chip = make("button", "reason", label);
    chip.type = "button";
    chip.dataset.code = code;
    chip.onclick = (event) => {
      event.stopPropagation();
      activate(m, card);
      giveReason(m, card, code);
    };
    reasons.append(chip);
  }
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
  box.append(title, meta, price, terms, learned, reasons, acts);
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
    card.append(photo(m, item), body(m, card, item));
    card.onkeydown = (event) => onKey(m, card, event);
    card.onclick = () => activate(m, card);
    return card;
  });
  m.grid.replaceChildren(...m.cards);
  m.grid.setAttribute("aria-label", m.data.label);
  const same = m.cards.find((card) => card.dataset.id === m.active) || m.cards[0];
  if (same) activate(m, same, held !== null);
}

// The keys work wherever nothing else waits for them: after a drawer has closed, after a click beside the cards.
function onPageKey(m, event) {
  const free = document.activeElement === null || document.activeElement === document.body;
  if (!free || event.defaultPrevented || document.querySelector('[role="dialog"]') !== null) return;
  const card = m.cards.find((one) => one.dataset.id === m.active);
  if (!card || !/^[axemn]$/i.test(event.key)) return;
  focusOn(card);
  onKey(m, card, event);
}

export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  let m = mounts.get(parentElement);
  const opened = m === undefined;
  if (opened) {
    m = { queue: openQueue("shelfcraft.events"), cards: [], drawn: null, active: null };
    m.root = parentElement.getRootNode();
    m.grid = parentElement.querySelector(".grid");
    m.status = parentElement.querySelector(".sr");
    m.listen = (event) => onPageKey(m, event);
    mounts.set(parentElement, m);
  }
  document.addEventListener("keydown", m.listen);
  const tell = (m.queue.tell = (events) => setStateValue("events", events));
  m.look = (id) => setTriggerValue("variants", id);
  m.ask = (id) => {
    setTriggerValue("why", id);
    comeBack(m);
  };
  m.data = data;
  parentElement.querySelector(".remark").textContent = data.remark || "";
  settleQueue(m.queue, data.acks || {});
  if (m.drawn !== data.drawn) {
    m.drawn = data.drawn;
    build(m);
  }
  paint(m);
  if (opened && m.queue.events.length) sendQueue(m.queue);
  else sendLater(m.queue);
  return atEnd(m, () => {
    leaveQueue(m.queue, tell);
    clearInterval(m.watch);
    document.removeEventListener("keydown", m.listen);
  });
}
