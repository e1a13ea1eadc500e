// An append-only queue of events {c, n, s, ...}: client, number, selection. The whole queue is told to Python until Python answers,
// for every client, the highest number that it has stored; what is not stored yet survives a reload and is sent again by itself.
// A page has one queue of a kind: while an element is drawn anew, the one that it replaces may still take an edit.
const RETRY = 5000;
const queues = (window.shelfcraftQueues ??= new Map());

function newClient() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

function openQueue(store) {
  if (!queues.has(store)) queues.set(store, newQueue(store));
  return queues.get(store);
}

function newQueue(store) {
  let events = [];
  try {
    const found = JSON.parse(kept(store) || "[]");
    if (Array.isArray(found)) events = found;
  } catch {
    // Not what a queue has written.
  }
  return { store, client: newClient(), n: 0, sent: 0, events, tell: null, timer: 0 };
}

function keepQueue(queue) {
  keep(queue.store, queue.events.length ? JSON.stringify(queue.events) : "");
}

function sendLater(queue) {
  clearTimeout(queue.timer);
  if (queue.events.length) queue.timer = setTimeout(() => sendQueue(queue), RETRY);
}

// Python is only called for a value that changed, so that each sending is made another one by its count: the first run of a
// session on a server that was started again knows the value and has not been called for it.
function sendQueue(queue) {
  queue.sent += 1;
  queue.tell?.(queue.events.map((event) => ({ ...event, k: queue.sent })));
  sendLater(queue);
}

function pushEvent(queue, event) {
  queue.n += 1;
  queue.events.push({ c: queue.client, n: queue.n, t: Date.now(), ...event });
  keepQueue(queue);
  sendQueue(queue);
}

function settleQueue(queue, acks) {
  queue.events = queue.events.filter((e) => !(e.n <= (acks[e.c] || 0)));
  keepQueue(queue);
}

// An element that is taken away speaks for the queue no longer; one that has taken its place goes on.
function leaveQueue(queue, tell) {
  if (queue.tell !== tell) return;
  clearTimeout(queue.timer);
  queue.tell = null;
}
