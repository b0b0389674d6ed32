// The review queue, and the answers with filters, order and search.

// What could not be graded first, then what a guard has found, then the least certain.
function queueRank(answer) {
  if (failed(answer)) return 0;
  return string(A.reasons[answer][0]).startsWith("low confidence") ? 2 : 1;
}

function queueOf() {
  const found = [];
  for (let answer = 0; answer < COUNT; answer++) if (toReview(answer)) found.push(answer);
  const rank = new Map(found.map((answer) => [answer, queueRank(answer)]));
  return found.sort((a, b) => rank.get(a) - rank.get(b) || A.confidence[a] - A.confidence[b] || a - b);
}

function queueItem(answer) {
  const question = questionOf(answer);
  const reasons = failed(answer) ? [string(A.errors[answer][0])] : A.reasons[answer].map(string);
  return el("li", {},
    el("a", { href: linkTo(answer) }, scoreChip(answer),
      el("span", { class: "who" }, el("strong", {}, isolated(nameOf(answer))), " ",
        el("span", { class: "tag" }, text(question.id)), " ", el("span", { class: "muted" }, text(question.text))),
      el("span", { class: "why" }, reasons.map((reason, place) => [place ? "; " : "", isolated(reason)]))));
}

function showQueue() {
  const found = queueOf();
  const lead = found.length
    ? `${many(found.length, "answer")} of ${COUNT.toLocaleString("en")} on which a person should decide, and why. Most pressing first.`
    : "Nothing here: the grader is sure enough of every grade, and no answer looks unusual.";
  byId("review-lead").replaceChildren(lead);
  byId("review-count").textContent = found.length.toLocaleString("en");
  const list = lazy(byId("queue"), found, queueItem, 6, "to review");
  byId("queue").after(list.bar);
  return list;
}

const FORM = byId("filters").elements;
let haystack = null;

// Names and texts in small letters; null as long as the page is still being read.
function searchable() {
  if (haystack) return haystack;
  const found = [];
  for (let answer = 0; answer < COUNT; answer++) {
    const detail = detailOf(answer);
    if (!detail) return null;
    found.push(`${nameOf(answer)}\n${detail.id}\n${detail.text}`.toLowerCase());
  }
  return (haystack = found);
}

function wantedAnswers() {
  const words = FORM.search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const texts = words.length ? searchable() : null;
  if (words.length && !texts) return null;
  const question = FORM.question.value === "" ? null : Number(FORM.question.value);
  const layer = question === null || !FORM.concept.value ? -1 : INDEX.questions[question].concepts.findIndex((c) => c.id === FORM.concept.value);
  const letters = FORM.status.value;
  const fits = (answer) => {
    if (question !== null && A.question[answer] !== question) return false;
    if (FORM.review.checked && !toReview(answer)) return false;
    if (FORM.band.value && bandOf(answer) !== FORM.band.value) return false;
    const statuses = layer >= 0 ? A.statuses[answer][layer] || "" : A.statuses[answer];
    if (letters && ![...statuses].some((letter) => letters.includes(letter))) return false;
    return words.every((word) => texts[answer].includes(word));
  };
  const found = [];
  for (let answer = 0; answer < COUNT; answer++) if (fits(answer)) found.push(answer);
  return ordered(found);
}

function ordered(found) {
  const order = FORM.order.value;
  const by = (key, sign) => found.sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === null || y === null) return (x === null) - (y === null) || a - b;
    return sign * (x - y) || a - b;
  });
  if (order === "best") return by((answer) => A.score[answer], -1);
  if (order === "worst") return by((answer) => A.score[answer], 1);
  if (order === "doubt") return by((answer) => A.confidence[answer], 1);
  if (order === "name") {
    return found.sort((a, b) => collate(nameOf(a), nameOf(b)) || a - b);
  }
  return found;
}

function resultItem(answer) {
  const question = questionOf(answer);
  const detail = detailOf(answer);
  const start = detail ? detail.text.slice(0, 220) + (detail.text.length > 220 ? " …" : "") : "";
  const item = el("details", { class: "result" },
    el("summary", {}, scoreChip(answer),
      el("span", { class: "who" }, el("strong", {}, isolated(nameOf(answer))), " ", el("span", { class: "tag" }, text(question.id)), " ", strip(answer),
        toReview(answer) ? el("span", { class: "badge" }, "review") : null),
      el("span", { class: "start", dir: "auto" }, start ? text(start) : el("span", { class: "muted" }, "(empty)"))));
  item.addEventListener("toggle", () => {
    if (!item.open || item.querySelector(".full")) return;
    item.append(
      question.text ? el("p", { class: "asked-again" }, text(question.text)) : "",
      fullAnswer(answer),
      el("p", {}, el("a", { href: linkTo(answer) }, "All answers of ", isolated(nameOf(answer)))));
  });
  return item;
}

let results = null;

function showAnswers() {
  const found = wantedAnswers();
  if (found === null) {
    byId("found").textContent = "Still loading …";
    return;
  }
  byId("found").textContent = found.length === COUNT ? `All ${many(COUNT, "answer")}.` : `${many(found.length, "answer")} of ${COUNT.toLocaleString("en")}.`;
  results?.bar.remove();
  results = lazy(byId("results"), found, resultItem, 20, "answers");
  byId("results").after(results.bar);
}

function offerConcepts() {
  const question = INDEX.questions[FORM.question.value];
  const concepts = question ? question.concepts : [];
  FORM.concept.replaceChildren(new Option("any", ""), ...concepts.map((concept) => new Option(concept.id, concept.id)));
  FORM.concept.disabled = !concepts.length;
}

// Not form.reset(): its event comes later than the filters that are set next.
function clearFilters() {
  for (const name of ["search", "question", "concept", "status", "band"]) FORM[name].value = "";
  FORM.order.value = "file";
  FORM.review.checked = false;
  offerConcepts();
}

function showMissing(question, concept) {
  clearFilters();
  FORM.question.value = String(question);
  offerConcepts();
  FORM.concept.value = concept;
  FORM.status.value = "ox";
  showAnswers();
  byId("answers").scrollIntoView();
  byId("filters").querySelector("[name=concept]").focus({ preventScroll: true });
}

function startFilters() {
  for (const place of QUESTIONS) {
    const { id, text: asked } = INDEX.questions[place];
    FORM.question.append(new Option(`${id}  ${asked}`.trim().slice(0, 90), String(place)));
  }
  for (const status of INDEX.words.statuses) FORM.status.append(new Option(`${status.mark} ${status.name}`, status.letter));
  FORM.status.append(new Option("missed or contradicted", "ox"));
  for (const band of BANDS) FORM.band.append(new Option(band, band));
  const form = byId("filters");
  let waiting = 0;
  form.addEventListener("input", (event) => {
    if (event.target.name === "question") offerConcepts();
    clearTimeout(waiting);
    waiting = setTimeout(showAnswers, event.target.name === "search" ? 150 : 0);
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    clearFilters();
    showAnswers();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}
