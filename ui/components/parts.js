// What every component is built of. All text goes in by textContent: no text of a product or an operator is ever markup.

const make = (tag, cls, text) => {
  const node = document.createElement(tag);
  if (cls) node.className = cls;
  if (text !== undefined) node.textContent = text;
  return node;
};

// A picture from the first of its addresses that answers; until then, and where none does, the words stand in its place.
function pictureBox(tag, cls, addresses, words) {
  const box = make(tag, cls);
  if (words !== undefined) box.append(make("span", "blank", words));
  const left = [...addresses];
  if (!left.length) return box;
  const img = make("img");
  img.alt = "";
  img.loading = "lazy";
  img.decoding = "async";
  img.referrerPolicy = "no-referrer";
  img.onerror = () => (left.length ? (img.src = left.shift()) : img.remove());
  img.onload = () => box.classList.add("loaded");
  img.src = left.shift();
  box.append(img);
  return box;
}
