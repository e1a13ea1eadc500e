// What was learned in one line, and what the dropped products share as cuts to be pressed: a second press takes a cut back.

const mounts = new WeakMap();

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
  const does = make("span", "does", item.on ? `${item.made} · ` : item.does);
  if (item.on) does.append(make("span", "undo", "undo"));
  else if (item.harm) does.append(make("span", "harm", ` · ${item.harm}`));
  words.append(make("span", "name", item.on ? `✓ ${item.label}` : item.label), does);
  if (item.shots.length) button.append(shots);
  button.append(words);
  button.onclick = () => tell({ key: item.key, on: !item.on });
  return button;
}

const AGAIN = "Puts what is not judged yet in order by all that you said by now. Until then no card moves.";

function againButton(run) {
  const button = make("button", "again", "Re-rank ");
  button.type = "button";
  button.title = AGAIN;
  button.dataset.key = "again";
  button.append(make("kbd", "", "g"));
  button.onclick = run;
  return button;
}

// The key works wherever nothing is typed and no drawer lies open.
function onKey(event, run) {
  if (event.key.toLowerCase() !== "g" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const at = event.composedPath()[0];
  if (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName || "")) return;
  if (document.querySelector('[role="dialog"]') !== null) return;
  event.preventDefault();
  run();
}

function draw(host, again, { data, parentElement, setTriggerValue }) {
  const focused = parentElement.getRootNode().activeElement;
  const held = host.contains(focused) ? focused.dataset.key : null;
  const said = make("p", "said");
  said.setAttribute("role", "status");
  said.append(make("b", "", data.learned), make("span", "moved", data.beside));
  const cuts = data.items.map((item) => cutButton(item, (cut) => setTriggerValue("cut", cut)));
  const shared = make("div", "cuts");
  if (cuts.length) shared.append(make("p", "lead", data.lead), ...cuts);
  host.replaceChildren(...(data.stale ? [againButton(again)] : []), said, shared);
  if (held) [...host.querySelectorAll("button")].find((one) => one.dataset.key === held)?.focus();
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".proposals");
  const again = () => setTriggerValue("again", true);
  whenReleased(host, () => draw(host, again, component));
  const first = mounts.get(parentElement) === undefined;
  const m = first ? {} : mounts.get(parentElement);
  m.again = data.stale ? again : null;
  if (first) {
    mounts.set(parentElement, m);
    m.listen = (event) => m.again !== null && onKey(event, m.again);
  }
  document.addEventListener("keydown", m.listen);
  return atEnd(m, () => document.removeEventListener("keydown", m.listen));
}
