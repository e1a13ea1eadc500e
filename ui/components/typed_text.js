// Keeps in the browser what was typed and is not settled (the input at the bottom, a note in a drawer), so that a reload or a lost
// connection loses nothing: while it is typed, while it is on its way to the server, and while what came of it waits for a word.

const STORE = "shelfcraft.typed.";
const INPUT = "theme_input";
const NOTE = "reject_note";
const SENT = "sent";
let listening = false;
let seen = { taken: 0, waits: "" };

const boxOf = (node) => [INPUT, NOTE].map((key) => [key, node.closest(`.st-key-${key}`)]).find(([, box]) => box);

const read = (name) => kept(STORE + name);
const write = (name, text) => keep(STORE + name, text);

function onInput(event) {
  const found = event.target instanceof HTMLTextAreaElement && boxOf(event.target);
  if (found) write(found[0], event.target.value);
}

function send() {
  const text = read(INPUT);
  if (text) write(SENT, text);
  write(INPUT, "");
}

function onKey(event) {
  const found = event.target instanceof HTMLTextAreaElement && boxOf(event.target);
  if (found && found[0] === INPUT && event.key === "Enter" && !event.shiftKey && !event.isComposing) send();
}

function onClick(event) {
  if (event.target instanceof Element && event.target.closest(`.st-key-${INPUT} [data-testid="stChatInputSubmitButton"]`)) send();
}

function settle({ taken, waits }) {
  if (taken > seen.taken) write(SENT, "");
  if (waits !== seen.waits) {
    if (waits) write(INPUT, waits);
    else if (read(INPUT) === seen.waits) write(INPUT, "");
  }
  seen = { taken, waits };
}

// What was on its way when the page was left is given back, unless its run has begun: then the page follows that.
function reclaim() {
  const text = read(SENT);
  if (text && !read(INPUT) && !new URLSearchParams(location.search).has("run")) write(INPUT, text);
  write(SENT, "");
}

function giveBack() {
  for (const key of [INPUT, NOTE]) {
    const area = document.querySelector(`.st-key-${key} textarea`);
    if (!area || area.dataset.kept || area.value) continue;
    area.dataset.kept = "yes";
    const text = read(key);
    // What waits for a word is on the page itself.
    if (!text || text === seen.waits) continue;
    // React listens to the setter of the prototype, not to the property of the element.
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(area, text);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

export default function ({ data }) {
  if (!listening) {
    listening = true;
    reclaim();
    document.addEventListener("input", onInput, true);
    document.addEventListener("keydown", onKey, true);
    document.addEventListener("click", onClick, true);
    new MutationObserver(giveBack).observe(document.body, { childList: true, subtree: true });
  }
  settle(data);
  giveBack();
}
