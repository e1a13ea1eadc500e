// A row of figures; those with products behind them are buttons that show these products. Figures of one group share a box.

function figureBox(item, pick) {
  const box = make(item.opens ? "button" : "div", "figure", "");
  box.dataset.id = item.id;
  const name = make("span", "name", item.name);
  if (item.tone) {
    const disc = make("span", "disc");
    disc.dataset.tier = item.tone;
    name.prepend(disc);
  }
  box.append(name, make("span", "value", item.value), make("span", "note", item.note));
  if (item.help) box.title = item.help;
  if (item.opens) {
    box.type = "button";
    box.setAttribute("aria-pressed", String(item.active));
    const said = item.note ? `${item.value}, ${item.note}` : item.value;
    box.setAttribute("aria-label", `${item.name}: ${said}. Show these products`);
    box.onclick = () => pick(item.id);
  }
  return box;
}

export default function (component) {
  const host = component.parentElement.querySelector(".figures");
  whenReleased(host, () => draw(host, component));
}

function draw(host, { data, parentElement, setTriggerValue }) {
  const focused = parentElement.getRootNode().activeElement;
  const held = host.contains(focused) ? focused.dataset.id : null;
  const drawn = [];
  let group = null;
  for (const item of data.items) {
    const box = figureBox(item, (id) => setTriggerValue("pick", id));
    if (!item.group) {
      drawn.push(box);
      group = null;
      continue;
    }
    if (group === null || group.dataset.group !== item.group) {
      group = make("div", "group");
      group.dataset.group = item.group;
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", item.group);
      drawn.push(group);
    }
    group.append(box);
  }
  host.replaceChildren(...drawn);
  if (held) [...host.querySelectorAll(".figure")].find((one) => one.dataset.id === held)?.focus();
}
