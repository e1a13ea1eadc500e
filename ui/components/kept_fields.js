// Keeps in this browser what the fields of a form hold and nobody has saved yet. A session that begins anew, after a reload or with a
// server that was started again, knows nothing of it and is told once.

const STORE = "shelfcraft.fields.";
const told = new Map();

function read(form) {
  try {
    return JSON.parse(kept(STORE + form) || "null");
  } catch {
    // Not what a form has written.
    return null;
  }
}

export default function ({ data, setTriggerValue }) {
  const { form, of, values, session } = data;
  const before = told.get(form) === session ? null : read(form);
  told.set(form, session);
  if (before && before.of === of && JSON.stringify(before.values) !== JSON.stringify(values)) setTriggerValue("back", before.values);
  else keep(STORE + form, values ? JSON.stringify({ of, values }) : "");
}
