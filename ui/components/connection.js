// Asks for the whole page once the connection is back. Streamlit's own client does so only where a run was under way; a page at
// rest would go on with a session that a server started since does not know, and every part that is drawn by itself would be dead.

export default function ({ setTriggerValue }) {
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app) return undefined;
  const state = () => app.dataset.testConnectionState;
  let before = state();
  const watch = new MutationObserver(() => {
    const now = state();
    if (now === "CONNECTED" && before !== "CONNECTED") setTriggerValue("back", Date.now());
    before = now;
  });
  watch.observe(app, { attributes: true, attributeFilter: ["data-test-connection-state"] });
  return () => watch.disconnect();
}
