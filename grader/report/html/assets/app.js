// Which view is shown (#candidate=NAME or the overview), and the start.

function personHead(candidate) {
  const [name, , , review, errors] = INDEX.candidates[candidate];
  const counts = { m: 0, p: 0, o: 0, x: 0 };
  for (const answers of TABLE[candidate].values())
    for (const answer of answers)
      [...A.statuses[answer]].forEach((letter, layer) => {
        if (letter !== " " && questionOf(answer).concepts[layer].core) counts[letter] += 1;
      });
  const facts = [
    ["Mean score", meanOf(candidate)],
    ["Questions", `${TABLE[candidate].size} of ${INDEX.questions.length}`],
    ["To review", String(review + errors)],
    ...INDEX.words.statuses.map((status) => [`${status.mark} ${status.name}`, String(counts[status.letter])]),
  ];
  return [
    el("p", { class: "back" }, el("a", { href: "#candidates" }, "← All candidates")),
    el("h2", { id: "person-heading", tabindex: "-1" }, isolated(name)),
    el("dl", { class: "facts" }, facts.map(([term, value]) => el("div", {}, el("dt", {}, term), el("dd", {}, value)))),
    sides(candidate),
    el("p", { class: "muted" }, "Counts are of core concepts."),
  ];
}

function personAnswer(answer) {
  const question = questionOf(answer);
  return el("article", { class: "card", id: `answer-${answer}`, tabindex: "-1" },
    el("header", {}, scoreChip(answer),
      el("h3", {}, el("span", { class: "tag" }, text(question.id)), " ", text(question.text)),
      A.confidence[answer] === null ? null : el("span", { class: "muted" }, `confidence ${number(A.confidence[answer])}`)),
    fullAnswer(answer));
}

function neighbours(candidate) {
  const order = sortedCandidates("");
  const place = order.indexOf(candidate);
  const link = (other, label) =>
    other === undefined ? null : el("a", { href: `#candidate=${encodeURIComponent(INDEX.candidates[other][0])}` }, label, isolated(INDEX.candidates[other][0]));
  return el("nav", { class: "neighbours", "aria-label": "Candidates" }, link(order[place - 1], "← "), link(order[place + 1], "Next: "));
}

function showPerson(name, wanted) {
  const candidate = INDEX.candidates.findIndex((entry) => entry[0] === name);
  const view = byId("person");
  if (candidate < 0) {
    view.replaceChildren(
      el("h2", { id: "person-heading", tabindex: "-1" }, "No such candidate"),
      el("p", {}, el("a", { href: "#candidates" }, "All candidates")));
  } else {
    const answers = QUESTIONS.flatMap((question) => TABLE[candidate].get(question) || []);
    view.replaceChildren(...personHead(candidate), ...answers.map(personAnswer), neighbours(candidate));
  }
  document.title = `${name} – ${INDEX.title}`;
  const target = (wanted !== null && byId(`answer-${wanted}`)) || byId("person-heading");
  target.focus({ preventScroll: true });
  if (target.id === "person-heading") scrollTo(0, 0);
  else target.scrollIntoView();
}

function route() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const name = parameters.get("candidate");
  byId("overview").hidden = name !== null;
  byId("person").hidden = name === null;
  if (name !== null) {
    showPerson(name, parameters.get("answer"));
    return;
  }
  document.title = INDEX.title;
  byId("person").replaceChildren();
  if (!results) showAnswers();
  const target = location.hash.length > 1 && byId(location.hash.slice(1));
  if (target) target.scrollIntoView();
  else scrollTo(0, 0);
}

const PRINTED = 200;

function start() {
  const queue = showQueue();
  let compared = showCandidates();
  showKey();
  showLegend();
  showQuestions();
  startFilters();
  byId("find-candidate").addEventListener("input", () => { compared = showCandidates(); });
  byId("order-questions").addEventListener("change", showQuestions);
  addEventListener("hashchange", route);
  addEventListener("beforeprint", () => { queue.grow(PRINTED); compared.grow(PRINTED); });
  byId("overview").hidden = location.hash.startsWith("#candidate=");
  performance.mark("first-view");
  // Texts stand below this script: whoever asks for one candidate waits for them, the overview does not.
  const ready = () => { route(); performance.mark("complete"); };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", ready);
  else ready();
}

start();
