// Cards that are pictures first and words after; each is one button. All text goes in by textContent.

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".cards");
  const drawn = JSON.stringify(data.items);
  if (host.dataset.drawn !== drawn) {
    host.dataset.drawn = drawn;
    host.setAttribute("aria-label", data.label);
    host.replaceChildren(
      ...data.items.map((item) => {
        const button = make("button");
        button.type = "button";
        button.dataset.id = item.id;
        button.setAttribute("aria-label", item.name);
        if (item.pictures.length) {
          const strip = make("span", "strip");
          strip.append(...item.pictures.map((addresses) => pictureBox("span", "", addresses)));
          button.append(strip);
        }
        const words = make("span", "words");
        words.append(make("span", "name", item.name), make("span", "text", item.text));
        button.append(words);
        const li = make("li");
        li.append(button);
        return li;
      }),
    );
  }
  host.onclick = (event) => {
    const button = event.target.closest("button");
    if (button) setTriggerValue("pick", button.dataset.id);
  };
}
