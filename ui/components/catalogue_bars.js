// A list of bars; each is a button that shows the products behind it.

export default function (component) {
  const host = component.parentElement.querySelector(".bars");
  whenReleased(host, () => draw(host, component));
}

function draw(host, { data, parentElement, setTriggerValue }) {
  host.setAttribute("aria-label", data.label);
  const focused = parentElement.getRootNode().activeElement;
  const held = focused && host.contains(focused) ? focused.dataset.id : null;
  const most = Math.max(1, ...data.items.map((item) => item.count));
  host.replaceChildren(
    ...data.items.map((item) => {
      const line = make("div", "line");
      line.setAttribute("role", "listitem");
      const row = make("button", "row");
      row.type = "button";
      row.dataset.id = item.id;
      row.dataset.tone = data.tone;
      row.disabled = item.count === 0;
      row.title = item.title || item.name;
      row.setAttribute("aria-label", `${item.title || item.name}: ${item.text}${item.count ? ". Show these products" : ""}`);
      const track = make("span", "track");
      const fill = make("span", "fill");
      fill.style.width = `${(100 * item.count) / (data.whole || most)}%`;
      if (item.count === 0) fill.style.display = "none";
      track.append(fill);
      row.append(make("span", "name", item.name), track, make("span", "count", item.text));
      row.onclick = () => setTriggerValue("pick", item.id);
      line.append(row);
      return line;
    }),
  );
  if (held) host.querySelector(`[data-id="${CSS.escape(held)}"]`)?.focus();
}
