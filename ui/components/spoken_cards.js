// Products with a sentence each. All text goes in by textContent.

export default function (component) {
  const { data, parentElement } = component;
  const host = parentElement.querySelector(".cards");
  const drawn = JSON.stringify(data);
  if (host.dataset.drawn === drawn) return;
  host.dataset.drawn = drawn;
  host.setAttribute("aria-label", data.label);
  // The drawer scrolls, and nothing else in it takes the keys that scroll it.
  host.tabIndex = 0;
  host.replaceChildren(
    ...data.items.map((item) => {
      const card = make("li");
      const words = make("div", "words");
      const foot = make("p", "foot");
      foot.append(make("span", "", `found at ${item.place}`), make("span", "", item.price));
      words.append(make("p", "title", item.title), make("p", "sentence", item.sentence), foot);
      card.append(pictureBox("span", "photo", item.pictures, item.kind), words);
      return card;
    }),
  );
}
