// Keeps in this browser what the fields of a form hold and nobody has saved yet. A session that begins anew, after a reload or with a
// server that was started again, knows nothing of it and is told once.

const STORE = "shelfcraft.fields.";
const told = new Map();

function read(form) {
  try {
    return JSON.parse(sessionStorage.getItem(STORE + form) || "null");
  } catch {
    // Private windows may refuse storage.
    return null;
  }
}

function write(form, kept) {
  try {
    if (kept.values) sessionStorage.setItem(STORE + form, JSON.stringify(kept));
    else sessionStorage.removeItem(STORE + form);
  } catch {
    // As above.
  }
}

export default function ({ data, setTriggerValue }) {
  const { form, of, values, session } = data;
  const kept = told.get(form) === session ? null : read(form);
  told.set(form, session);
  if (kept && kept.of === of && JSON.stringify(kept.values) !== JSON.stringify(values)) setTriggerValue("back", kept.values);
  else write(form, { of, values });
}
