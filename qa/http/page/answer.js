// One answer: its sentences with their footnotes, where they come from, or the nearest passages.

import { json } from "./api.js";
import { button, day, element, facts, marked } from "./dom.js";
import { numberButton, openFootnote, registerFootnotes } from "./footnotes.js";
import { judging } from "./judging.js";
import { answerPath, goBeside } from "./places.js";

// Below this the reader is more likely wrong than right.
const DOUBTFUL = 0.5;
// A word joiner: no line begins with a footnote's number.
const HELD = "\u2060";

export function showAnswer(turn, answer) {
  registerFootnotes(answer);
  turn.removeAttribute("aria-busy");
  turn.querySelector(".status").replaceWith(...understood(answer));
  const text = turn.querySelector(".answer");
  const isFound = answer.status === "answered";
  text.classList.toggle("not-found", !isFound);
  text.replaceChildren(...(isFound ? sentences(answer) : [answer.answer]));
  text.before(...corrections(answer));
  turn.append(...(isFound ? sources(answer) : nearest(answer)), judging(answer));
}

// Questions to go on with come a moment after the answer, and not at all where none is good enough.
export async function suggest(turn, answer, onFollowUp) {
  if (answer.status !== "answered") return;
  const found = await json(`${answerPath(answer.id)}/follow-ups`).catch(() => null);
  if (found?.follow_up_questions.length) turn.append(followUps(found.follow_up_questions, onFollowUp));
}

function understood(answer) {
  if (answer.standalone_question === answer.question) return [];
  const asked = element("q", { textContent: answer.standalone_question, dir: "auto" });
  return [element("p", { className: "quiet" }, "Understood as ", asked)];
}

// Where articles disagree, each sentence stands by itself under its day.
function sentences(answer) {
  const byNumber = new Map(answer.citations.map((one) => [one.number, one]));
  const isDated = answer.sentences.some((one) => one.published_at);
  return answer.sentences.map((one) => {
    const citations = one.citations.map((number) => byNumber.get(number));
    return element(
      isDated ? "p" : "span",
      { dir: isDated ? "auto" : "" },
      one.published_at ? element("span", { className: "day", textContent: `${day(one.published_at)} ` }) : null,
      litSentence(one.text, citations),
      ...citations.flatMap((citation) => [HELD, numberButton(answer.id, citation)]),
      " ",
    );
  });
}

// The sentence with the decisive words marked, where it is its quote with white space folded.
function litSentence(text, citations) {
  const cited = citations.find((one) => folded(one.quote) === text);
  if (!cited) return document.createTextNode(text);
  const points = Array.from(cited.quote);
  const upTo = (end) => Array.from(points.slice(0, end).join("").replace(/\s+/g, " ").trimStart()).length;
  const spans = cited.highlights.map(([start, end]) => [upTo(start), upTo(end)]);
  return marked(text, spans, () => element("mark"));
}

function folded(text) {
  return text.replace(/\s+/g, " ").trim();
}

// The footnotes of a book: where each number's words come from, article by article.
function sources(answer) {
  const byArticle = new Map();
  for (const one of answer.citations) {
    byArticle.set(one.article_id, [...(byArticle.get(one.article_id) || []), one]);
  }
  const told = answer.sentences.map((one) => one.text);
  const rows = [...byArticle.values()].map((cited) =>
    element(
      "li",
      {},
      element("span", { className: "numbers", textContent: cited.map((one) => one.number).join(", ") }),
      element("div", {}, source(answer, cited[0]), ...quotes(cited, told), ...alsoIn(cited)),
    ),
  );
  const list = element("ol", { className: "sources", "aria-label": "Footnotes", role: "list" }, ...rows);
  return [...doubt(answer), list];
}

function source(answer, citation) {
  const open = () => openFootnote(answer.id, citation.number);
  return element("div", {}, button(citation.title, open, { className: "plain title", dir: "auto" }), " ", facts(citation));
}

// A quote is shown where the answer does not have its very words.
function quotes(cited, told) {
  return cited
    .filter((one) => !told.includes(folded(one.quote)))
    .map((one) => element("blockquote", { dir: "auto" }, marked(one.quote, one.highlights)));
}

function alsoIn(cited) {
  const others = [...new Set(cited.flatMap((one) => one.also_in))];
  if (!others.length) return [];
  const open = (id) => button(id, () => goBeside(`#article=${encodeURIComponent(id)}`), { className: "plain" });
  const list = others.flatMap((id, index) => [index ? ", " : "", open(id)]);
  return [element("p", { className: "quiet" }, "The same words are also in ", ...list)];
}

function doubt(answer) {
  if (answer.confidence >= DOUBTFUL) return [];
  const text = "Not sure: this may not be what you asked. Open the footnote and see.";
  return [element("p", { className: "note", textContent: text })];
}

function nearest(answer) {
  if (!answer.citations.length) {
    const link = element("a", { href: "/collection", textContent: "See what it holds." });
    link.dataset.view = "collection";
    return [element("p", { className: "quiet" }, "Nothing in the collection comes near. ", link)];
  }
  const rows = answer.citations.map((one) =>
    element("li", {}, source(answer, one), element("blockquote", { dir: "auto", className: "clamped", textContent: one.quote })),
  );
  return [
    element(
      "section",
      { className: "nearest", "aria-label": "Nearest passages, not an answer" },
      element("h3", {}, "Nearest passages ", element("span", { className: "tag", textContent: "not an answer" })),
      element("ol", { role: "list" }, ...rows),
    ),
  ];
}

function corrections(answer) {
  return answer.corrections.map((one) => {
    const numbers = answer.citations.filter((c) => c.article_id === one.article_id).map((c) => c.number);
    const quoted = `footnote ${numbers.join(", ")} quotes`;
    const what = one.change === "withdrawn"
      ? `, which ${quoted}, is no longer in the collection`
      : ` was corrected: what ${quoted} is no longer in it`;
    const title = element("cite", { textContent: one.title, dir: "auto" });
    return element(
      "p",
      { className: "note correction" },
      element("strong", { textContent: "Correction. " }),
      title,
      `${what} (noticed on ${day(one.noticed_at)}).`,
    );
  });
}

function followUps(questions, onFollowUp) {
  const rows = questions.map((one) =>
    element("li", {}, button(one, () => onFollowUp(one), { dir: "auto" })),
  );
  return element(
    "section",
    { className: "follow-ups", "aria-label": "Questions to go on with" },
    element("h3", { textContent: "The articles also answer" }),
    element("ul", { role: "list" }, ...rows),
  );
}
