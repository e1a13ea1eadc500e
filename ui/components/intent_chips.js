// What was understood of an idea, one chip a fact: pressed it is edited in place, crossed it is taken away, and what nobody said can be
// added. An edit is the browser's own whole set of chips, told to Python until Python has seen its number; so that one that is told
// twice, or after a later one, changes nothing.

const mounts = new WeakMap();
const RETRY = 4000;
const SLOTS = [
  { name: "what", label: "What", kind: "text", fixed: true },
  { name: "audience", label: "For whom", kind: "text" },
  { name: "occasion", label: "Occasion", kind: "text" },
  { name: "season", label: "Season", kind: "season" },
  { name: "dates", label: "When", kind: "dates" },
  { name: "price", label: "Price", kind: "price" },
  { name: "must_have", label: "Must have", kind: "list" },
  { name: "must_not", label: "Must not", kind: "list" },
  { name: "locale", label: "Language", kind: "text" },
];

function newClient() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

const day = (iso) => new Date(`${iso}T00:00`).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });

function words(slot, value, currency) {
  if (slot.kind === "dates") return value[0] === value[1] ? day(value[0]) : `${day(value[0])} to ${day(value[1])}`;
  if (slot.kind === "price") {
    const [low, high] = value.map((one) => (one === null ? null : `${currency}${one.toLocaleString()}`));
    return low !== null && high !== null ? `${low} to ${high}` : low !== null ? `from ${low}` : `up to ${high}`;
  }
  return value;
}

const valuesOf = (m) => (m.mine ? m.mine.values : m.data.values);

function tell(m, values) {
  m.number += 1;
  m.mine = { c: m.client, n: m.number, s: m.data.about, values };
  send(m);
  paint(m);
}

function send(m) {
  clearTimeout(m.timer);
  if (!m.mine) return;
  m.sent += 1;
  // Python is only called for a value that changed, so that each sending is made another one by its count.
  m.say({ ...m.mine, k: m.sent });
  m.timer = setTimeout(() => send(m), RETRY);
}

function change(m, slot, at, value) {
  const values = structuredClone(valuesOf(m));
  if (slot.kind === "list") {
    const list = values[slot.name];
    if (value === null) list.splice(at, 1);
    else if (at === null) list.push(value);
    else list[at] = value;
  } else {
    values[slot.name] = value === null && !["dates", "price"].includes(slot.kind) ? "" : value;
  }
  m.open = null;
  tell(m, values);
}

function field(type, value, label) {
  const input = make("input");
  input.type = type;
  input.value = value ?? "";
  input.setAttribute("aria-label", label);
  return input;
}

// The fields of one chip, and how what they hold is read: undefined leaves the chip as it was, null takes it away.
function editorOf(m, slot, value) {
  if (slot.kind === "season") {
    const select = make("select");
    select.setAttribute("aria-label", slot.label);
    select.append(...m.data.seasons.map((one) => new Option(one[0].toUpperCase() + one.slice(1), one, false, one === value)));
    return { fields: [select], read: () => select.value };
  }
  if (slot.kind === "dates") {
    const [first, last] = [field("date", value?.[0], "From this day"), field("date", value?.[1], "To this day")];
    return {
      fields: [first, last],
      read: () => (first.value || last.value ? [first.value || last.value, last.value || first.value] : value ? null : undefined),
    };
  }
  if (slot.kind === "price") {
    const [low, high] = [field("number", value?.[0], "Price from"), field("number", value?.[1], "Price to")];
    for (const one of [low, high]) Object.assign(one, { min: "0", step: "any" });
    [low.placeholder, high.placeholder] = ["from", "to"];
    const amount = (one) => (one.value === "" || !(Number(one.value) >= 0) ? null : Number(one.value));
    return {
      fields: [low, high],
      read: () => (amount(low) === null && amount(high) === null ? (value ? null : undefined) : [amount(low), amount(high)]),
    };
  }
  const input = field("text", value, slot.label);
  input.maxLength = m.data.longest;
  input.size = Math.min(40, Math.max(12, (value || "").length));
  return {
    fields: [input],
    read: () => {
      const text = input.value.trim().replace(/\s+/g, " ");
      return text || (value && !slot.fixed ? null : undefined);
    },
  };
}

function openedChip(m, slot, at, value) {
  const form = make("form", "chip open");
  const { fields, read } = editorOf(m, slot, value);
  const done = make("button", "done", "✓");
  done.type = "submit";
  done.setAttribute("aria-label", `Take over: ${slot.label}`);
  form.append(make("span", "label", slot.label), ...fields, done);
  m.open.form = form;
  let left = false;
  const leave = (keep) => {
    if (left) return;
    left = true;
    const next = keep ? read() : undefined;
    const same = next !== undefined && JSON.stringify(next) === JSON.stringify(value ?? null);
    if (next === undefined || same) {
      m.open = null;
      paint(m);
    } else change(m, slot, at, next);
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    leave(true);
  };
  form.onkeydown = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    leave(false);
  };
  // What stands in a field that is left is meant.
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) setTimeout(() => form.isConnected && !form.contains(m.root.activeElement) && leave(true), 0);
  });
  return form;
}

function chip(m, slot, at, value) {
  const box = make("span", `chip ${slot.name}`);
  const text = words(slot, value, m.data.currency);
  const edit = make("button", "edit");
  edit.type = "button";
  edit.dataset.place = `${slot.name}/${at ?? ""}`;
  edit.setAttribute("aria-label", `${slot.label}: ${text}. Change it`);
  edit.append(make("span", "label", slot.label), make("span", "value", text));
  edit.onclick = () => open(m, slot, at);
  box.append(edit);
  if (!slot.fixed) {
    const gone = make("button", "gone", "×");
    gone.type = "button";
    gone.setAttribute("aria-label", `Take away ${slot.label}: ${text}`);
    gone.onclick = () => change(m, slot, at, null);
    box.append(gone);
  }
  return box;
}

function open(m, slot, at) {
  m.open = { slot, at };
  draw(m);
  const first = m.host.querySelector(".open input, .open select");
  if (first) {
    first.focus();
    if (first.select) first.select();
  }
}

function adder(m, missing) {
  const select = make("select", "add");
  select.setAttribute("aria-label", "Add what was not said");
  select.append(new Option("+ Add", "", true, true), ...missing.map((slot) => new Option(slot.label, slot.name)));
  select.onchange = () => {
    const slot = SLOTS.find((one) => one.name === select.value);
    if (slot) open(m, slot, null);
  };
  return select;
}

function paint(m) {
  whenReleased(m.host, () => draw(m));
}

function draw(m) {
  const values = valuesOf(m);
  const drawn = JSON.stringify([values, m.open && [m.open.slot.name, m.open.at], m.data.currency]);
  if (drawn === m.drawn) return;
  // Somebody fills in a chip: the chips are drawn when it is left.
  if (m.open?.form?.isConnected) return;
  m.drawn = drawn;
  const held = m.root.activeElement;
  const place = held && m.host.contains(held) ? held.dataset.place : null;
  const parts = [];
  const missing = [];
  for (const slot of SLOTS) {
    const given = values[slot.name];
    const said = slot.kind === "list" ? given.map((one, at) => [at, one]) : given === "" || given === null ? [] : [[null, given]];
    const opened = m.open && m.open.slot === slot;
    for (const [at, one] of said) parts.push(opened && m.open.at === at ? openedChip(m, slot, at, one) : chip(m, slot, at, one));
    if (opened && !said.some(([at]) => at === m.open.at)) parts.push(openedChip(m, slot, null, slot.kind === "list" ? "" : null));
    if (slot.kind === "list" ? given.length < m.data.most : !said.length) missing.push(slot);
  }
  if (missing.length) parts.push(adder(m, missing));
  m.host.replaceChildren(...parts);
  if (place) [...m.host.querySelectorAll("button")].find((one) => one.dataset.place === place)?.focus();
}

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  let m = mounts.get(parentElement);
  if (!m) {
    m = { client: newClient(), number: 0, sent: 0, mine: null, open: null, drawn: "" };
    m.root = parentElement.getRootNode();
    m.host = parentElement.querySelector(".chips");
    mounts.set(parentElement, m);
  }
  m.say = (chips) => setStateValue("chips", chips);
  if (m.data && m.data.about !== data.about) m.open = null;
  m.data = data;
  if (m.mine && (m.mine.s !== data.about || (data.seen[m.client] || 0) >= m.mine.n)) m.mine = null;
  clearTimeout(m.timer);
  if (m.mine) m.timer = setTimeout(() => send(m), RETRY);
  paint(m);
  return atEnd(m, () => clearTimeout(m.timer));
}
