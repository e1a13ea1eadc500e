// Two plans of one idea beside each other; what both have is quiet, what only one has stands out.

function terms(plan, list, cls, label) {
  const box = make("div", "line");
  box.append(make("span", "label", label));
  const shared = new Set(plan.shared);
  for (const term of list) {
    const one = make("span", `term ${cls}${shared.has(term) ? " shared" : ""}`, term);
    if (shared.has(term)) one.title = "The other plan has it too";
    box.append(one);
  }
  if (!list.length) box.append(make("span", "none", "nothing"));
  return box;
}

function side(plan, at, say) {
  const box = make("section", "plan");
  const head = make("div", "head");
  const use = make("button", "use", "Use this plan");
  use.type = "button";
  use.setAttribute("aria-label", `Use the plan of: ${plan.name}`);
  use.onclick = () => say(at);
  head.append(make("h3", "", plan.name), use);
  const facts = make("dl");
  for (const [name, value] of plan.facts) {
    const fact = make("div", plan.better.includes(name) ? "better" : "");
    fact.append(make("dt", "", name), make("dd", "", value));
    facts.append(fact);
  }
  const shown = make("div", "pictures");
  shown.append(
    ...plan.pictures.map(([title, addresses]) => {
      const picture = pictureBox("span", plan.shared.includes(title) ? "shared" : "", addresses, title);
      picture.title = title;
      return picture;
    }),
  );
  box.append(head, facts, terms(plan, plan.find, "find", "Finds"), terms(plan, plan.cut, "cut", "Cuts"));
  if (plan.note) box.append(make("p", "note", plan.note));
  box.append(shown);
  return box;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".sides");
  const drawn = JSON.stringify(data);
  if (host.dataset.drawn === drawn) return;
  host.dataset.drawn = drawn;
  const pair = make("div", "pair");
  pair.append(...data.plans.map((plan, at) => side(plan, at, (picked) => setTriggerValue("pick", picked))));
  host.replaceChildren(pair, make("p", "common", data.common));
}
