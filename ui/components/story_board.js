// A run as it happened: its research, then its turns. Every part came at a second, so that one drawing serves three uses: live (all
// that is there), after (all of it), and played again (all that had come by then). Nothing of it is told to Python.

const mounts = new WeakMap();
const SPEEDS = [1, 4, 16];
const QUIET = 2; // seconds without anything new that a replay shortens a pause to, before its speed

const plural = (number, one) => `${number.toLocaleString()} ${one}${number === 1 ? "" : one.endsWith("ch") ? "es" : "s"}`;

function link(tag, cls, text, address) {
  if (!/^https?:\/\//.test(address)) return make(tag, cls, text);
  const anchor = make("a", cls, text);
  anchor.href = address;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer nofollow";
  return anchor;
}

function sourceOf(source, now) {
  const li = make("li", "source");
  const read = source.read !== null && source.read <= now;
  const failed = read && source.error;
  li.classList.add(failed ? "failed" : read ? "read" : "seen");
  const head = make("div", "head");
  head.append(make("span", "mark", failed ? "!" : read ? "✓" : "·"), link("span", "title", source.title || source.place, source.link));
  if (source.place && source.place !== source.title) head.append(make("span", "place", source.place));
  li.append(head);
  if (failed) li.append(make("p", "error", source.error));
  for (const taken of source.taken.filter((one) => one.at <= now)) {
    const quote = make("blockquote");
    quote.dataset.key = taken.key;
    quote.tabIndex = -1;
    quote.append(make("span", "key", taken.key), document.createTextNode(taken.text));
    li.append(quote);
  }
  return li;
}

function stepOf(step, now) {
  const box = make("li", `step ${step.kind}`);
  if (step.thought) {
    const thought = make("p", "thought");
    thought.append(make("b", "", `${step.turn}. `), document.createTextNode(step.thought));
    box.append(thought);
  }
  if (step.title) {
    const head = make("div", "query");
    if (step.facet) head.append(make("span", "facet", step.facet));
    head.append(make("span", "words", step.title));
    const told = [];
    if (step.hits !== null) told.push(plural(step.hits, "hit"), `${step.seconds.toFixed(1)} s`);
    if (told.length) head.append(make("span", "told", told.join(" · ")));
    box.append(head);
  }
  if (step.error) box.append(make("p", "error", step.error));
  const here = step.sources.filter((source) => source.at <= now);
  // What was read comes first; of what was only seen, a few are enough.
  const read = here.filter((source) => (source.read !== null && source.read <= now) || source.taken.length);
  const seen = here.filter((source) => !read.includes(source)).slice(0, Math.max(0, 4 - read.length));
  if (here.length) {
    const list = make("ul", "sources");
    list.append(...[...read, ...seen].map((source) => sourceOf(source, now)));
    box.append(list);
  }
  return box;
}

function findingsOf(research, m) {
  const box = make("section", "learned");
  box.append(make("h4", "", "What was learned"));
  if (research.summary) box.append(make("p", "summary", research.summary));
  const list = make("ul");
  for (const finding of research.findings) {
    const li = make("li");
    li.append(make("span", "", finding.text + " "));
    for (const key of finding.keys) {
      const cite = make("button", "cite", key);
      cite.type = "button";
      cite.title = "Show the passage that this leans on";
      cite.onclick = () => show(m, key);
      li.append(cite);
    }
    if (finding.terms.length) {
      const terms = make("span", "terms");
      terms.append(...finding.terms.map((term) => make("span", "term find", term)));
      li.append(terms);
    }
    list.append(li);
  }
  if (research.findings.length) box.append(list);
  return box;
}

function show(m, key) {
  const quote = [...m.host.querySelectorAll("blockquote")].find((one) => one.dataset.key === key);
  if (!quote) return;
  for (const one of m.host.querySelectorAll("blockquote.shown")) one.classList.remove("shown");
  quote.classList.add("shown");
  quote.scrollIntoView({ block: "center" });
  quote.focus({ preventScroll: true });
}

function researchOf(research, now, m) {
  const box = make("section", "research");
  const steps = research.steps.filter((step) => step.at <= now);
  const sources = steps.flatMap((step) => step.sources.filter((source) => source.at <= now));
  const counts = [
    [steps.filter((step) => step.hits !== null).length, "search"],
    [sources.filter((s) => s.read !== null && s.read <= now && !s.error).length, "page"],
    [sources.flatMap((s) => s.taken.filter((t) => t.at <= now)).length, "passage"],
  ];
  const head = make("h4");
  head.append(make("span", "", "Research"), make("span", "badge", research.mode));
  if (research.kept) head.append(make("span", "badge", "kept from before"));
  const told = counts.filter(([number]) => number).map(([number, noun]) => plural(number, noun));
  if (research.provider) told.unshift(`in ${research.provider}`);
  head.append(make("span", "told", told.join(" · ")));
  box.append(head);
  const ended = research.ended !== null && research.ended <= now;
  const learned = ended && (research.findings.length || research.summary) ? [findingsOf(research, m)] : [];
  // Of what is over, what was learned is read first.
  if (now >= m.data.seconds && !m.playing && !m.data.live) box.append(...learned.splice(0));
  const deep = research.mode === "deep";
  for (const part of deep ? [steps] : [steps.filter((one) => one.kind === "given"), steps.filter((one) => one.kind !== "given")]) {
    if (!part.length) continue;
    const list = make("ul", `steps ${deep ? "deep" : "wide"}`);
    list.append(...part.map((step) => stepOf(step, now)));
    box.append(list);
  }
  if (!ended && m.data.live) box.append(make("p", "waiting", "Still looking …"));
  if (ended && research.note) box.append(make("p", "note", research.note));
  box.append(...learned);
  return box;
}

function turnOf(turn) {
  const li = make("li", "turn");
  const head = make("div", "head");
  head.append(make("b", "", `${turn.best ? "★ " : ""}Turn ${turn.number}`), make("span", "told", `${turn.found} found · score ${turn.score} of 10`));
  li.append(head);
  const terms = make("div", "terms");
  terms.append(...turn.find.map((term) => make("span", "term find", term)), ...turn.cut.map((term) => make("span", "term cut", term)));
  li.append(terms);
  if (turn.note) li.append(make("p", "note", turn.note));
  return li;
}

function draw(m) {
  const { data, now } = m;
  const parts = [];
  if (data.research && data.research.at <= now) parts.push(researchOf(data.research, now, m));
  const turns = data.turns.filter((turn) => turn.at <= now);
  if (turns.length) {
    const box = make("section", "turns");
    box.append(make("h4", "", "Turns of the planner"));
    const list = make("ol");
    list.append(...turns.map(turnOf));
    box.append(list);
    parts.push(box);
  }
  if (!data.live) {
    const lines = data.lines.filter((line) => line.at <= now);
    if (lines.length) {
      const box = make("section", "lines");
      box.append(make("h4", "", "Step by step"));
      const list = make("ol");
      for (const line of lines) {
        const li = make("li");
        li.append(make("span", "second", `${line.at.toFixed(1)} s`), make("span", "", line.text));
        list.append(li);
      }
      box.append(list);
      parts.push(box);
    }
  }
  const state = JSON.stringify([data, parts.map((part) => part.textContent)]);
  if (state === m.drawn) return;
  m.drawn = state;
  // Live, and in a replay, the newest is looked at, unless somebody has scrolled up to read.
  whenReleased(m.body, () => {
    const low = m.body.scrollHeight - m.body.scrollTop - m.body.clientHeight < 60;
    const top = m.body.scrollTop;
    m.body.replaceChildren(...parts);
    m.body.scrollTop = (data.live || m.playing) && low ? m.body.scrollHeight : top;
  });
}

// Seconds of the run at the moments when something came, with long silences shortened.
function moments(data) {
  const found = new Set([0, data.seconds]);
  const walk = (value) => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (value && typeof value === "object")
      for (const [name, one] of Object.entries(value)) {
        if (["at", "read", "ended"].includes(name) && typeof one === "number") found.add(one);
        else walk(one);
      }
  };
  walk(data);
  return [...found].sort((a, b) => a - b);
}

function tick(m) {
  if (!m.playing) return;
  const moment = performance.now();
  let step = ((moment - m.clock) / 1000) * m.speed;
  m.clock = moment;
  const next = m.moments.find((at) => at > m.now);
  if (next === undefined) return finish(m);
  if (next - m.now > QUIET * m.speed) step = Math.max(step, (next - m.now) / 20);
  m.now = Math.min(m.now + step, m.data.seconds);
  controls(m);
  draw(m);
  m.timer = requestAnimationFrame(() => tick(m));
}

function play(m) {
  if (m.now >= m.data.seconds) m.now = 0;
  m.playing = true;
  m.clock = performance.now();
  m.body.scrollTop = 0;
  controls(m);
  draw(m);
  m.timer = requestAnimationFrame(() => tick(m));
}

function finish(m) {
  m.playing = false;
  cancelAnimationFrame(m.timer);
  controls(m);
  draw(m);
}

function controls(m) {
  const { data } = m;
  m.button.textContent = m.playing ? "❚❚ Pause" : m.now < data.seconds ? "▶ Go on" : "▶ Play again";
  m.place.value = String(m.now);
  const spent = data.spent.filter((one) => one.at <= m.now).at(-1);
  m.told.textContent = [`${m.now.toFixed(1)} of ${data.seconds.toFixed(1)} s`, spent ? spent.text : ""].filter(Boolean).join(" · ");
  for (const one of m.speeds) one.setAttribute("aria-pressed", String(Number(one.dataset.speed) === m.speed));
}

function build(m, host) {
  m.bar = make("div", "bar");
  m.button = make("button", "play");
  m.button.type = "button";
  m.button.onclick = () => (m.playing ? finish(m) : play(m));
  m.place = make("input");
  m.place.type = "range";
  m.place.min = "0";
  m.place.step = "any";
  m.place.setAttribute("aria-label", "Second of the run");
  m.place.oninput = () => {
    m.playing = false;
    m.now = Number(m.place.value);
    controls(m);
    draw(m);
  };
  m.speeds = SPEEDS.map((speed) => {
    const one = make("button", "speed", `${speed}×`);
    one.type = "button";
    one.dataset.speed = speed;
    one.setAttribute("aria-label", `${speed} times as fast`);
    one.onclick = () => {
      m.speed = speed;
      controls(m);
    };
    return one;
  });
  m.told = make("span", "told");
  m.bar.append(m.button, m.place, ...m.speeds, m.told);
  m.body = make("div", "body");
  m.body.tabIndex = 0;
  m.body.setAttribute("role", "region");
  m.body.setAttribute("aria-label", "What the run did");
  host.replaceChildren(m.bar, m.body);
}

export default function (component) {
  const { data, parentElement } = component;
  let m = mounts.get(parentElement);
  if (!m) {
    m = { playing: false, now: data.seconds, speed: data.seconds > 40 ? 16 : data.seconds > 8 ? 4 : 1, drawn: "" };
    m.host = parentElement.querySelector(".story");
    mounts.set(parentElement, m);
    build(m, m.host);
  }
  const another = !m.data || (!data.live && m.data.seconds !== data.seconds);
  m.data = data;
  m.bar.hidden = data.live;
  m.host.classList.toggle("live", data.live);
  if (data.live || another) {
    m.now = data.seconds;
    m.playing = false;
    m.moments = moments(data);
    m.place.max = String(data.seconds);
  }
  if (!m.playing) {
    controls(m);
    draw(m);
  }
  return atEnd(m, () => finish(m));
}
