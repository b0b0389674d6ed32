// The page's data, and the only ways to put it on the page: as text nodes, never as markup.

const INDEX = JSON.parse(document.getElementById("index").textContent);
const A = INDEX.answers;
const COUNT = A.candidate.length;
const STATUS = Object.fromEntries(INDEX.words.statuses.map((status) => [status.letter, status]));
const BANDS = INDEX.words.bands;
// U+202E and its like turn around what follows, others cannot be seen: each is shown as a label.
const HIDDEN = /([\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}])/u;

// "q2" before "q10", in whatever order they came.
const collate = new Intl.Collator("en", { numeric: true }).compare;
const QUESTIONS = INDEX.questions.map((_, place) => place).sort((a, b) => collate(INDEX.questions[a].id, INDEX.questions[b].id));

const byId = (id) => document.getElementById(id);
const string = (place) => INDEX.strings[place];
const nameOf = (answer) => INDEX.candidates[A.candidate[answer]][0];
const questionOf = (answer) => INDEX.questions[A.question[answer]];
const failed = (answer) => A.errors[answer] !== undefined;
const toReview = (answer) => failed(answer) || A.reasons[answer] !== undefined;
const many = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
const number = (hundredths) => (hundredths === null ? "–" : (hundredths / 100).toFixed(2));
const percent = (share) => (share > 0 && share < 0.005 ? "<1%" : `${Math.round(share * 100)}%`);
const bandOf = (answer) => (A.band[answer] === null ? "none" : BANDS[A.band[answer]]);

function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "on") for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

function svg(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// Untrusted text as nodes.
function text(value) {
  return String(value)
    .split(HIDDEN)
    .map((part) => {
      if (part.length > 2 || !HIDDEN.test(part) || "\n\r\t".includes(part)) return part;
      const code = part.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
      return el("span", { class: "control" }, `U+${code}`);
    })
    .filter((part) => part !== "");
}

// The same in one isolated run, so that a name from right to left does not turn around what stands beside it.
const isolated = (value) => el("bdi", {}, text(value));
const unseen = (value) => el("span", { class: "unseen" }, value);

function linkTo(answer) {
  return `#candidate=${encodeURIComponent(nameOf(answer))}&answer=${answer}`;
}

const blocks = new Map();

// The texts of an answer. Blocks further down are not there before the whole page has been read.
function detailOf(answer) {
  const place = Math.floor(answer / INDEX.block);
  if (!blocks.has(place)) {
    const found = byId(`answers-${place}`);
    if (!found || (!found.nextSibling && document.readyState === "loading")) return null;
    blocks.set(place, JSON.parse(found.textContent));
  }
  const [id, answered, marked, flags, feedback, extra] = blocks.get(place)[answer % INDEX.block];
  return { id, text: answered, marked, flags, feedback, extra };
}

// Show the first of many items and a button for more: ten thousand rows at once would take seconds.
function lazy(target, items, render, step, kind) {
  let shown = 0;
  const bar = el("p", { class: "more" });
  const all = () => grow(items.length);
  function grow(upTo) {
    const next = Math.min(items.length, upTo);
    target.append(...items.slice(shown, next).map(render));
    shown = next;
    bar.hidden = shown === items.length;
    if (bar.hidden) return;
    const words = `Show ${Math.min(step, items.length - shown)} more ${kind}`;
    const more = el("button", { type: "button", on: { click: () => grow(shown + step) } }, words);
    const held = bar.contains(document.activeElement);
    bar.replaceChildren(more, unseen(" "), el("span", { class: "muted" }, `${shown.toLocaleString("en")} of ${items.length.toLocaleString("en")}`));
    if (held) more.focus();
  }
  target.replaceChildren();
  grow(step);
  return { bar, all, grow };
}
