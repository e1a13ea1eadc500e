// The rules as rows. A press is told to Python as a trigger {id, act, seen}: the wanted state, never "the other one", and the
// change that the operator saw, so that a press that is told twice, or from a tab that fell behind, does no harm.

const mounts = new WeakMap();

function press(m, rule, act) {
  m.tell({ id: rule.id, act, seen: rule.seen });
}

function act(m, rule, cls, text, what, label) {
  const node = make("button", cls, text);
  node.type = "button";
  node.setAttribute("aria-label", label || `${text}: ${rule.name}`);
  node.onclick = () => press(m, rule, what);
  return node;
}

function toggle(m, rule) {
  const node = make("button", "switch");
  node.type = "button";
  node.setAttribute("role", "switch");
  node.setAttribute("aria-checked", String(rule.on));
  node.setAttribute("aria-label", rule.name);
  node.title = rule.on ? "In force: press to switch it off" : "Off: press to switch it on";
  node.append(make("span", "knob"));
  node.onclick = () => {
    node.setAttribute("aria-checked", String(!rule.on));
    press(m, rule, rule.on ? "off" : "on");
  };
  return node;
}

function spoken(m, rule) {
  const box = make("div", "spoken");
  if (rule.spoke === null) {
    if (rule.out) box.append(make("span", "out", rule.out));
    return box;
  }
  if (!rule.spoke) {
    box.append(make("span", "silent", "silent"));
    return box;
  }
  const strip = make("button", "strip");
  strip.type = "button";
  strip.setAttribute("aria-label", `${rule.name} speaks of ${rule.spoke} of ${m.data.looked_at} products: show them`);
  for (const found of rule.pictures) {
    const box = pictureBox("span", "photo", found.sources, found.title);
    box.title = found.title;
    strip.append(box);
  }
  strip.append(make("span", "count", `speaks of ${rule.spoke}`));
  strip.onclick = () => press(m, rule, "look");
  box.append(strip);
  return box;
}

function rowOf(m, rule) {
  const row = make("li", "row");
  row.dataset.id = rule.id;
  row.dataset.on = String(rule.on);
  const text = make("div", "text");
  const head = make("div", "head");
  const most = make("span", "most", `at most ${rule.best_name}`);
  most.dataset.best = rule.best;
  head.append(make("h4", "", rule.name), most);
  if (!rule.on) head.append(make("span", "off", "off"));
  text.append(head);
  if (rule.sentence) text.append(make("p", "sentence", rule.sentence));
  if (rule.scope) text.append(make("p", "scope", rule.scope));
  if (rule.who) {
    const who = make("p", "who", rule.who);
    who.title = rule.when;
    text.append(who);
  }
  const acts = make("div", "acts");
  if (rule.own) acts.append(act(m, rule, "", "Edit", "edit"), act(m, rule, "quiet", "Remove", "remove"));
  row.append(toggle(m, rule), text, spoken(m, rule), acts);
  return row;
}

function build(m) {
  const focused = m.root.activeElement;
  const held = focused && m.host.contains(focused) ? [focused.closest(".row")?.dataset.id, focused.className] : null;
  m.host.replaceChildren(
    ...m.data.groups.map((group) => {
      const box = make("section");
      const head = make("div", "group");
      head.append(make("h3", "", group.name), make("p", "note", group.note));
      box.append(head);
      if (group.rows.length) {
        const list = make("ul");
        list.setAttribute("aria-label", group.name);
        list.append(...group.rows.map((rule) => rowOf(m, rule)));
        box.append(list);
      }
      return box;
    }),
  );
  if (!held) return;
  const row = [...m.host.querySelectorAll(".row")].find((one) => one.dataset.id === held[0]);
  const same = row && [...row.querySelectorAll("button")].find((one) => one.className === held[1]);
  if (same) same.focus({ preventScroll: true });
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  let m = mounts.get(parentElement);
  if (m === undefined) {
    m = { drawn: null, root: parentElement.getRootNode(), host: parentElement.querySelector(".groups") };
    mounts.set(parentElement, m);
  }
  m.tell = (what) => setTriggerValue("act", what);
  m.data = data;
  if (m.drawn === data.drawn) return;
  m.drawn = data.drawn;
  whenReleased(m.host, () => build(m));
}
