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

// What to do when an element goes. Streamlit also ends a call that a newer one overtook while the element stays, before or after the
// newer one: so only the newest call ends the element, and every call puts up anew, so that twice is as good as once, what an end
// takes down.
function atEnd(m, end) {
  const call = (m.call = {});
  return () => {
    if (m.call === call) end();
  };
}

// A press makes a click only where it ends on the node on which it began: what would draw a part anew that is being pressed waits
// until it is released. Of several drawings that wait the newest is made.
const waiting = new Map();
let pressed = [];

function whenReleased(host, draw) {
  if (pressed.includes(host)) waiting.set(host, draw);
  else draw();
}

function release() {
  pressed = [];
  const draws = [...waiting.values()];
  waiting.clear();
  for (const draw of draws) draw();
}

document.addEventListener("pointerdown", (event) => (pressed = event.composedPath()), true);
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => setTimeout(release, 50), true);

// What this tab keeps through a reload, by name; nothing where it is empty, or where a private window refuses storage.
function kept(name) {
  try {
    return sessionStorage.getItem(name) || "";
  } catch {
    return "";
  }
}

function keep(name, text) {
  try {
    if (text) sessionStorage.setItem(name, text);
    else sessionStorage.removeItem(name);
  } catch {
    // Then it lives in memory only.
  }
}
