// One answer in full: its words with the evidence marked, and what was met, missed or wrong.

const RANK = { x: 3, p: 2, m: 1, o: 0 };

function scoreChip(answer) {
  const band = bandOf(answer);
  const label = failed(answer) ? "not graded" : band === "none" ? INDEX.words.unscored : band;
  return el("span", { class: `score ${band}` }, el("strong", {}, number(A.score[answer])), ` ${label}`);
}

// "✓✓~·✗" for the eye, "2 met, 1 partial, ..." for the ear.
function strip(answer) {
  const letters = [...A.statuses[answer]].filter((letter) => letter !== " ");
  if (!letters.length) return null;
  const said = INDEX.words.statuses
    .map((status) => [letters.filter((letter) => letter === status.letter).length, status.name])
    .filter(([count]) => count)
    .map(([count, name]) => `${count} ${name}`)
    .join(", ");
  const marks = letters.map((letter) => el("span", { class: STATUS[letter].name }, STATUS[letter].mark));
  return el("span", { class: "strip" }, el("span", { "aria-hidden": "true" }, marks), unseen(said));
}

function statusOf(answer, layer) {
  return layer < A.statuses[answer].length ? STATUS[A.statuses[answer][layer]].name : "flag";
}

function markedText(answer, detail) {
  const nodes = [];
  const letters = A.statuses[answer];
  let done = 0;
  for (const [start, end, layers, ends] of detail.marked) {
    nodes.push(...text(detail.text.slice(done, start)));
    const first = [...layers].sort((a, b) => (RANK[letters[b]] ?? -1) - (RANK[letters[a]] ?? -1))[0];
    const mark = el("mark", { class: statusOf(answer, first), "data-layers": ` ${layers.join(" ")} ` }, text(detail.text.slice(start, end)));
    nodes.push(mark);
    const numbers = ends.filter((layer) => layer < letters.length).map((layer) => layer + 1);
    if (numbers.length) nodes.push(el("sup", {}, unseen(" concept "), numbers.join(",")));
    done = end;
  }
  nodes.push(...text(detail.text.slice(done)));
  return el("blockquote", { class: "answer", dir: "auto" }, nodes);
}

function quotesOf(detail, layer) {
  const parts = [];
  let open = null;
  for (const [start, end, layers] of detail.marked) {
    if (!layers.includes(layer)) continue;
    if (open && open[1] === start) open[1] = end;
    else parts.push((open = [start, end]));
  }
  return parts.map(([start, end]) => detail.text.slice(start, end));
}

function conceptLine(answer, detail, concept, layer, box) {
  const letter = A.statuses[answer][layer];
  if (letter === " " || letter === undefined) return null;
  const status = STATUS[letter];
  const lead = concept.core ? status.core : status.extra;
  const idea = concept.idea ? el("p", { class: "idea" }, lead ? el("em", {}, lead) : null, text(concept.idea)) : null;
  const wrong = letter === "x" ? quotesOf(detail, layer).map((quote) => el("p", { class: "quote" }, "“", isolated(quote), "”")) : null;
  const show = (on) => () => {
    for (const mark of box.querySelectorAll("mark")) mark.classList.toggle("lit", on && mark.dataset.layers.includes(` ${layer} `));
  };
  return el(
    "li",
    { class: status.name, on: { mouseenter: show(true), mouseleave: show(false) } },
    el("span", { class: "number", "aria-hidden": "true" }, String(layer + 1)),
    el("div", {},
      el("p", { class: "verdict" },
        el("span", { class: `status ${status.name}` }, el("span", { "aria-hidden": "true" }, `${status.mark} `), status.name),
        " ", el("strong", {}, text(concept.id)), concept.core ? null : el("span", { class: "muted" }, " (extra)")),
      wrong, idea),
  );
}

function flagLines(detail) {
  return detail.flags.map(([flag, quotes]) =>
    el("p", { class: "aside" }, el("strong", {}, "Flag: "), text(flag), quotes.slice(0, 2).map((quote) => [" “", isolated(quote.slice(0, 160)), "”"])),
  );
}

function reviewLine(answer) {
  if (failed(answer)) return el("p", { class: "aside review" }, el("strong", {}, "Not graded: "), isolated(string(A.errors[answer][0])));
  if (!toReview(answer)) return null;
  return el("p", { class: "aside review" }, el("strong", {}, "Review: "), isolated(A.reasons[answer].map(string).join("; ")));
}

function extraLines(detail) {
  const pairs = Object.entries(detail.extra).filter(([, value]) => value !== null && value !== "");
  if (!pairs.length) return null;
  const shown = (value) => (typeof value === "object" ? JSON.stringify(value) : value);
  return el("dl", { class: "extra" }, pairs.map(([name, value]) => el("div", {}, el("dt", {}, isolated(name)), el("dd", {}, isolated(shown(value))))));
}

function fullAnswer(answer) {
  const detail = detailOf(answer);
  if (!detail) return el("p", { class: "muted" }, "Still loading …");
  const question = questionOf(answer);
  const box = el("div", { class: "full" });
  const said = detail.text.trim() ? markedText(answer, detail) : el("p", { class: "muted" }, failed(answer) ? "No answer to show." : "An empty answer.");
  const concepts = question.concepts.map((concept, layer) => conceptLine(answer, detail, concept, layer, box));
  const feedback = detail.feedback.length
    ? [el("h4", {}, "To improve"), el("ul", {}, detail.feedback.map((line) => el("li", {}, isolated(line))))]
    : null;
  box.append(
    el("div", { class: "words" }, ...[reviewLine(answer), said, flagLines(detail), extraLines(detail)].flat().filter(Boolean)),
    el("div", {}, el("ol", { class: "concepts" }, concepts), feedback),
  );
  return box;
}
