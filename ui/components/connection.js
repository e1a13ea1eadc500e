// Asks for the whole page once the connection is back. Streamlit's own client does so only where a run was under way; a page at
// rest would go on with a session that a server started since does not know, and every part that is drawn by itself would be dead.

const mounts = new WeakMap();

function watch(m, app) {
  const state = () => app.dataset.testConnectionState;
  let before = state();
  return new MutationObserver(() => {
    const now = state();
    if (now === "CONNECTED" && before !== "CONNECTED") m.back();
    before = now;
  });
}

export default function ({ parentElement, setTriggerValue }) {
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app) return undefined;
  const m = mounts.get(parentElement) || {};
  mounts.set(parentElement, m);
  m.back = () => setTriggerValue("back", Date.now());
  m.watch ??= watch(m, app);
  m.watch.observe(app, { attributes: true, attributeFilter: ["data-test-connection-state"] });
  return atEnd(m, () => m.watch.disconnect());
}
