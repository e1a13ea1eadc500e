// Products to look at, in one list or in three beside each other, and what changed between two versions in words.
// All text goes in by textContent: a product's text is never markup.

const mounts = new WeakMap();

function toned(cls, text, tone) {
  const node = make("span", cls, text);
  node.dataset.tone = tone;
  return node;
}

function photo(item) {
  const box = pictureBox("div", "photo", item.pictures, item.title);
  box.append(make("span", "rank", `#${item.rank}`));
  if (item.mark) box.append(toned("mark", item.mark, item.tone));
  return box;
}

function card(item) {
  const node = make("li", item.gone ? "card gone" : "card");
  const title = make("p", "title", item.title);
  title.title = item.hint || item.title;
  node.append(photo(item), title, make("div", "price", item.price));
  return node;
}

function section(m, found) {
  const node = make("section", "section");
  node.dataset.tone = found.tone;
  const title = make("h3");
  if (found.title) title.append(make("span", "", found.title), make("span", "count", found.items.length.toLocaleString("en")));
  node.append(title);
  if (!found.items.length) {
    node.append(make("p", "none", found.none));
    return node;
  }
  const list = make("ul", "cards");
  list.setAttribute("role", "list");
  list.setAttribute("aria-label", found.title || m.data.label);
  const all = m.open.has(found.id) || found.items.length <= m.data.first + 3;
  list.append(...found.items.slice(0, all ? undefined : m.data.first).map(card));
  node.append(list);
  if (!all) {
    const more = make("button", "all", `Show all ${found.items.length.toLocaleString("en")}`);
    more.type = "button";
    more.onclick = () => {
      m.open.add(found.id);
      list.append(...found.items.slice(m.data.first).map(card));
      more.remove();
    };
    node.append(more);
  }
  return node;
}

function changes(found) {
  return found.flatMap((one) => {
    const chips = make("ul", "chips");
    chips.setAttribute("role", "list");
    chips.setAttribute("aria-label", one.what);
    chips.append(...one.chips.map(([text, tone]) => {
      const chip = make("li");
      chip.append(toned("chip", text, tone));
      return chip;
    }));
    return [make("span", "what", one.what), chips];
  });
}

export default function (component) {
  const { data, parentElement } = component;
  let m = mounts.get(parentElement);
  if (m === undefined) {
    m = { drawn: null, open: new Set() };
    mounts.set(parentElement, m);
  }
  if (m.drawn === data.drawn) return;
  m.drawn = data.drawn;
  m.open.clear();
  m.data = data;
  const host = parentElement.querySelector(".sections");
  host.classList.toggle("beside", data.sections.length > 1);
  host.replaceChildren(...data.sections.map((found) => section(m, found)));
  parentElement.querySelector(".changes").replaceChildren(...changes(data.changes));
}
