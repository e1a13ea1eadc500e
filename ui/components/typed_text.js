// Keeps in the browser what is being typed and was not sent yet (the input at the bottom, a note in a drawer), so that a reload or a
// lost connection loses nothing. Streamlit knows a text only once it is sent; nothing of it leaves this browser before.

const STORE = "shelfcraft.typed.";
const WATCHED = ["theme_input", "reject_note"];
let listening = false;

const boxOf = (node) => WATCHED.map((key) => [key, node.closest(`.st-key-${key}`)]).find(([, box]) => box);

function keep(event) {
  const found = event.target instanceof HTMLTextAreaElement && boxOf(event.target);
  if (!found) return;
  try {
    if (event.target.value) sessionStorage.setItem(STORE + found[0], event.target.value);
    else sessionStorage.removeItem(STORE + found[0]);
  } catch {
    // Private windows may refuse storage.
  }
}

function sent(event) {
  const found = event.target instanceof HTMLTextAreaElement && boxOf(event.target);
  if (found && found[0] === "theme_input" && event.key === "Enter" && !event.shiftKey) sessionStorage.removeItem(STORE + found[0]);
}

function giveBack() {
  for (const key of WATCHED) {
    const area = document.querySelector(`.st-key-${key} textarea`);
    const kept = sessionStorage.getItem(STORE + key);
    if (!area || area.dataset.kept || area.value) continue;
    area.dataset.kept = "yes";
    if (!kept) continue;
    // React listens to the setter of the prototype, not to the property of the element.
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(area, kept);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

export default function () {
  if (!listening) {
    listening = true;
    document.addEventListener("input", keep, true);
    document.addEventListener("keydown", sent, true);
    new MutationObserver(giveBack).observe(document.body, { childList: true, subtree: true });
  }
  giveBack();
}
