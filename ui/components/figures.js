// A row of figures; those with products behind them are buttons that show these products.

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".figures");
  const held = host.contains(parentElement.getRootNode().activeElement) ? parentElement.getRootNode().activeElement.dataset.id : null;
  host.replaceChildren(
    ...data.items.map((item) => {
      const box = make(item.opens ? "button" : "div", "figure", "");
      box.dataset.id = item.id;
      box.append(make("span", "name", item.name), make("span", "value", item.value), make("span", "note", item.note));
      if (item.help) box.title = item.help;
      if (item.opens) {
        box.type = "button";
        box.setAttribute("aria-pressed", String(item.active));
        box.setAttribute("aria-label", `${item.name}: ${item.value}, ${item.note}. Show these products`);
        box.onclick = () => setTriggerValue("pick", item.id);
      }
      return box;
    }),
  );
  if (held) [...host.children].find((one) => one.dataset.id === held)?.focus();
}
