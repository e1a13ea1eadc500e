// What judges say of one product: the grade, how the probabilities are spread, the rules that spoke, the reasons, by whom.

// A step of the reasons begins with its name: "Category: the same kind."
function step(line) {
  const named = /^([A-Z][^:]{2,28}): (.+)$/.exec(line);
  const box = make("p", "", named ? "" : line);
  if (named) box.append(make("b", "", `${named[1]}:`), ` ${named[2]}`);
  return box;
}

function judgment(item) {
  const box = make("section", "judgment");
  box.dataset.tier = item.tier || "none";
  box.dataset.level = item.level;
  box.setAttribute("aria-label", `${item.grade}, by ${item.by}`);
  const head = make("p", "head");
  head.append(make("span", "disc"), make("span", "grade", item.grade), make("span", "sure", item.sure));
  box.append(head);
  if (item.shares.length) {
    const bar = make("div", "bar");
    bar.setAttribute("aria-hidden", "true");
    const key = make("ul", "key");
    for (const share of item.shares) {
      const part = make("span", `g${share.grade}`);
      part.style.flex = `${share.part} 0 0`;
      if (share.part > 0.004) bar.append(part);
      const entry = make("li", "");
      entry.append(make("i", `g${share.grade}`), make("span", "", share.name), make("b", "", share.said));
      key.append(entry);
    }
    box.append(bar, key);
  }
  if (item.rules.length) {
    const rules = make("ul", "rules");
    for (const rule of item.rules) {
      const line = make("li", "");
      line.append(make("b", "", rule.name), `: ${rule.sentence} `, make("span", "most", rule.most));
      rules.append(line);
    }
    box.append(rules);
  } else if (item.quiet) {
    box.append(make("p", "none", item.quiet));
  }
  if (item.why.length) {
    const why = make("div", "why");
    for (const line of item.why) why.append(step(line));
    box.append(why);
  }
  if (item.note) box.append(make("p", "none", item.note));
  box.append(make("p", "by", item.signed));
  return box;
}

export default function (component) {
  component.parentElement.querySelector(".judgments").replaceChildren(...component.data.items.map(judgment));
}
