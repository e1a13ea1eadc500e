// What was learned in one line, and what the dropped products share as cuts to be pressed: a second press takes a cut back.

function cutButton(item, tell) {
  const button = make("button", "cut");
  button.type = "button";
  button.dataset.key = item.key;
  button.title = item.help;
  button.setAttribute("aria-pressed", String(item.on));
  button.setAttribute("aria-label", `${item.label}. ${item.help}`);
  const shots = make("span", "shots");
  for (const addresses of item.shots) shots.append(pictureBox("span", "shot", addresses));
  const words = make("span", "words");
  const does = make("span", "does", item.on ? "in the draft · " : item.does);
  if (item.on) does.append(make("span", "undo", "undo"));
  else if (item.harm) does.append(make("span", "harm", ` · ${item.harm}`));
  words.append(make("span", "name", item.on ? `✓ ${item.label}` : item.label), does);
  if (item.shots.length) button.append(shots);
  button.append(words);
  button.onclick = () => tell({ key: item.key, on: !item.on });
  return button;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".proposals");
  const focused = parentElement.getRootNode().activeElement;
  const held = host.contains(focused) ? focused.dataset.key : null;
  const said = make("p", "said");
  said.setAttribute("role", "status");
  said.append(make("b", "", data.learned), make("span", "moved", data.beside));
  const cuts = data.items.map((item) => cutButton(item, (cut) => setTriggerValue("cut", cut)));
  host.replaceChildren(said, ...(cuts.length ? [make("p", "lead", data.lead)] : []), ...cuts);
  if (held) cuts.find((one) => one.dataset.key === held)?.focus();
}
