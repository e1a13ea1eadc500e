// The turns of a planner, one button each. A press is told as a trigger and never kept as a value: a value that is sent again with
// the next event would choose the turn again after its terms were edited.

export default function (component) {
  const host = component.parentElement.querySelector(".turns");
  whenReleased(host, () => draw(host, component));
}

function draw(host, { data, parentElement, setTriggerValue }) {
  const focused = parentElement.getRootNode().activeElement;
  const held = focused && host.contains(focused) ? focused.dataset.number : null;
  host.replaceChildren(
    ...data.turns.map((turn) => {
      const button = make("button", "", turn.label);
      button.type = "button";
      button.dataset.number = turn.number;
      button.setAttribute("aria-pressed", String(turn.pressed));
      if (turn.number) button.onclick = () => setTriggerValue("pick", turn.number);
      return button;
    }),
  );
  if (data.note) host.append(make("span", "note", data.note));
  if (held) [...host.children].find((one) => one.dataset.number === held)?.focus();
}
