// Candidates side by side, and for each question how scores are spread and what is missed.

function scoresByCandidate() {
  const found = INDEX.candidates.map(() => new Map());
  for (let answer = 0; answer < COUNT; answer++) {
    const row = found[A.candidate[answer]];
    const question = A.question[answer];
    if (row.has(question)) row.get(question).push(answer);
    else row.set(question, [answer]);
  }
  return found;
}

const TABLE = scoresByCandidate();
// Where everybody answered everything, a column that says so takes the room of a score.
const UNEVEN = TABLE.some((row) => row.size !== INDEX.questions.length);

// By topic where there are several, else by question: at most two strong ones and two gaps, by their mean scores.
const TOPICS = new Set(INDEX.questions.map((question) => question.topic)).size > 2;
const [STRONG, GAP] = [80, 50];

function sidesOf(candidate) {
  const groups = new Map();
  for (const [place, answers] of TABLE[candidate]) {
    const question = INDEX.questions[place];
    const name = (TOPICS && question.topic) || question.id;
    const scores = answers.map((answer) => A.score[answer]).filter((score) => score !== null);
    if (scores.length) groups.set(name, [...(groups.get(name) || []), ...scores]);
  }
  const means = [...groups].map(([name, scores]) => [name, scores.reduce((sum, score) => sum + score, 0) / scores.length]);
  means.sort((a, b) => b[1] - a[1] || collate(a[0], b[0]));
  const named = (list) => list.map(([name]) => name).join(", ");
  const strong = means.filter(([, mean]) => mean >= STRONG);
  const gaps = means.filter(([, mean]) => mean < GAP).reverse();
  const all = TOPICS ? "all topics" : "all questions";
  const told = (list) => (means.length > 2 && list.length === means.length ? all : named(list.slice(0, 2)));
  return [["strong", told(strong)], ["gaps", told(gaps)]].filter(([, names]) => names);
}

// Few questions can be seen at a glance.
const SUMMED = INDEX.questions.length > 3;

function sides(candidate) {
  const said = SUMMED ? sidesOf(candidate) : [];
  return said.length ? el("span", { class: "sides" }, said.map(([kind, names]) => el("span", {}, `${kind}: `, isolated(names)))) : null;
}

function meanOf(candidate) {
  const [, mean, , , , margin] = INDEX.candidates[candidate];
  return [el("strong", {}, number(mean)), margin === null ? null : el("span", { class: "margin" }, ` ± ${number(margin)}`)];
}

let sorting = { column: "mean", down: true };

function cell(answers) {
  if (!answers) return el("td", { class: "blank" }, unseen("no answer"));
  return el("td", {}, answers.map((answer) =>
    el("a", { class: `cell ${bandOf(answer)}`, href: linkTo(answer) },
      failed(answer) ? ["–", unseen(" not graded")] : number(A.score[answer]),
      toReview(answer) ? el("span", { class: "dot" }, el("span", { "aria-hidden": "true" }, "?"), unseen(" to review")) : null),
  ));
}

function candidateRow(candidate) {
  const [name, , , review, errors] = INDEX.candidates[candidate];
  return el("tr", {},
    el("th", { scope: "row" }, el("a", { href: `#candidate=${encodeURIComponent(name)}` }, isolated(name)), sides(candidate)),
    el("td", { class: "mean" }, meanOf(candidate)),
    UNEVEN ? el("td", {}, `${TABLE[candidate].size} of ${INDEX.questions.length}`) : null,
    el("td", {}, review + errors ? String(review + errors) : el("span", { class: "muted" }, "0")),
    QUESTIONS.map((question) => cell(TABLE[candidate].get(question))));
}

function valueOf(candidate, column) {
  const [name, mean, , review, errors] = INDEX.candidates[candidate];
  if (column === "name") return name;
  if (column === "mean") return mean;
  if (column === "answered") return TABLE[candidate].size;
  if (column === "review") return review + errors;
  const scores = (TABLE[candidate].get(column) || []).map((answer) => A.score[answer]).filter((score) => score !== null);
  return scores.length ? Math.max(...scores) : null;
}

function sortedCandidates(wanted) {
  const rows = INDEX.candidates.map((_, place) => place).filter((place) => INDEX.candidates[place][0].toLowerCase().includes(wanted));
  const keys = new Map(rows.map((place) => [place, valueOf(place, sorting.column)]));
  const sign = sorting.down ? -1 : 1;
  return rows.sort((a, b) => {
    const [x, y] = [keys.get(a), keys.get(b)];
    if (x === null || y === null) return (x === null) - (y === null) || a - b;
    return sign * (typeof x === "string" ? collate(x, y) : x - y) || a - b;
  });
}

function showCandidates() {
  const wanted = byId("find-candidate").value.trim().toLowerCase();
  const columns = [["name", "Candidate"], ["mean", "Mean"], ...(UNEVEN ? [["answered", "Answered"]] : []), ["review", "To review"]];
  for (const place of QUESTIONS) {
    const question = INDEX.questions[place];
    columns.push([place, question.id, question.text, TOPICS ? question.topic : ""]);
  }
  const heads = columns.map(([column, label, title, topic]) => {
    const on = sorting.column === column;
    const choose = () => {
      sorting = { column, down: on ? !sorting.down : column !== "name" };
      showCandidates();
      byId("compare").querySelector("th[aria-sort] button").focus();
    };
    const arrow = el("span", { class: "arrow", "aria-hidden": "true" }, on ? (sorting.down ? "↓" : "↑") : "");
    return el("th", { scope: "col", "aria-sort": on ? (sorting.down ? "descending" : "ascending") : null },
      el("button", { type: "button", title: title || null, on: { click: choose } }, text(label), arrow),
      topic ? el("span", { class: "topic" }, text(topic)) : null);
  });
  const rows = sortedCandidates(wanted);
  const body = el("tbody");
  const list = lazy(body, rows, candidateRow, INDEX.questions.length > 20 ? 20 : 40, "candidates");
  byId("compare").replaceChildren(el("table", { class: "compare" }, el("thead", {}, el("tr", {}, heads)), body));
  byId("compare-more")?.remove();
  list.bar.id = "compare-more";
  byId("compare").after(list.bar);
  if (!rows.length) byId("compare").append(el("p", { class: "muted" }, "No candidate of that name."));
  return list;
}

// Ten bars, one for each tenth, with the band's colour and the count above.
function histogram(question) {
  const most = Math.max(1, ...question.bins);
  const said = question.bins.map((count, bin) => (count ? `${count} from ${(bin / 10).toFixed(1)}` : "")).filter(Boolean);
  const picture = svg("svg", { viewBox: "0 0 220 84", role: "img", class: "spread", "aria-label": `Scores: ${said.join(", ") || "none"}` });
  question.bins.forEach((count, bin) => {
    const height = count ? Math.max(2, (count / most) * 48) : 0;
    const band = bin >= 8 ? "strong" : bin >= 6 ? "good" : bin >= 3 ? "partial" : "weak";
    picture.append(svg("rect", { x: 2 + bin * 21.8, y: 64 - height, width: 18, height, rx: 2, class: `bar ${band}` }));
    if (count) picture.append(svg("text", { x: 11 + bin * 21.8, y: 58 - height, class: "bar-count" }, String(count)));
  });
  picture.append(svg("line", { x1: 0, x2: 220, y1: 64.5, y2: 64.5, class: "axis" }));
  for (const [x, label, anchor] of [[1, "0", "start"], [110, "0.5", "middle"], [219, "1", "end"]])
    picture.append(svg("text", { x, y: 79, class: "axis-label", "text-anchor": anchor }, label));
  return picture;
}

const heat = (share) => Math.min(5, Math.ceil(share * 5));

function conceptCell(question, place, concept) {
  const total = concept.counts.reduce((sum, count) => sum + count, 0);
  const [, , missed, wrong] = concept.counts;
  const share = total ? (missed + wrong) / total : 0;
  const words = [`${missed} missed`, ...(wrong ? [`${wrong} wrong`] : [])].join(", ");
  return el("button", { type: "button", class: `heat heat-${heat(share)}`, title: concept.idea || null, on: { click: () => showMissing(place, concept.id) } },
    el("strong", { class: "share" }, percent(share)),
    el("span", { class: "concept" }, text(concept.id), concept.core ? null : el("span", { class: "light" }, " (extra)")),
    el("span", { class: "light" }, `${words} of ${total}`));
}

function questionRow(place) {
  const question = INDEX.questions[place];
  const errors = question.failed ? `, ${question.failed} not graded` : "";
  const doubtful = DOUBTFUL.get(place) ? `, ${DOUBTFUL.get(place)} to review` : "";
  return el("article", { class: "question" },
    el("div", { class: "asked" },
      el("h3", {}, el("span", { class: "tag" }, text(question.id)), " ", question.text ? text(question.text) : null),
      el("p", { class: "muted" }, `${many(question.count, "answer")}, mean `, el("strong", {}, number(question.mean)), errors, doubtful)),
    histogram(question),
    el("div", { class: "heats" }, question.concepts.map((concept) => conceptCell(question, place, concept))));
}

const DOUBTFUL = new Map();
for (let answer = 0; answer < COUNT; answer++)
  if (toReview(answer) && !failed(answer)) DOUBTFUL.set(A.question[answer], (DOUBTFUL.get(A.question[answer]) || 0) + 1);

function showQuestions() {
  const order = byId("order-questions").value;
  const places = [...QUESTIONS];
  const mean = (place) => INDEX.questions[place].mean ?? 101;
  if (order === "hard") places.sort((a, b) => mean(a) - mean(b) || a - b);
  if (order === "easy") places.sort((a, b) => mean(b) - mean(a) || a - b);
  byId("question-list").replaceChildren(...places.map(questionRow));
}

function showKey() {
  const said = [
    ...INDEX.words.statuses.map(({ mark, name, means }) => [el("span", { class: name }, mark, " ", name), means]),
    ["extra", "A concept beyond the core: it adds a little, and leaving it out costs little."],
    ["score", "From 0 to 1: the core concepts that were met, some credit for partial ones, less for what was stated wrongly."],
    ["± 0.09", "How far a mean may be from an expert's, nine times in ten. Means whose ranges overlap do not tell two people apart."],
    ["strong, gaps", `Topics, or questions, with the highest means from ${number(STRONG)} up, and with the lowest below ${number(GAP)}.`],
    ["confidence", "How likely the marks of an answer are right, from 0 to 1. A low one sends the answer to a person."],
    [el("span", { class: "dot" }, "?"), "A person should look at this answer."],
    ["1 2 3", "Small numbers behind marked words: the concept that they are about."],
  ];
  byId("key").replaceChildren(...said.map(([term, words]) => el("div", {}, el("dt", {}, term), el("dd", {}, words))));
}

function showLegend() {
  const steps = ["none", "to 20%", "to 40%", "to 60%", "to 80%", "to 100%"];
  byId("legend").replaceChildren(...steps.map((words, step) => el("span", { class: `heat-${step}` }, words)));
}
