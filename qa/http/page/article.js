// The article beside the answer, scrolled to the sentence that was quoted.

import { articlePath, json } from "./api.js";
import { byId, codePoints, element, facts, marked, problem } from "./dom.js";
import { citationOf, hideQuote } from "./footnotes.js";
import { leaveBeside } from "./places.js";

const NARROW = matchMedia("(max-width: 60rem)");
const pane = byId("article");

let opener = null;
let shown = null;

// Opens, changes or closes the pane as the address says.
export function showBeside({ footnote, articleId, passage }) {
  const wanted = footnote || articleId;
  if (!wanted) return close();
  if (wanted === shown && pane.open) return;
  const citation = footnote ? citationOf(footnote) : { article_id: articleId, ...passage };
  if (!citation) return close();
  if (!pane.open) opener = document.activeElement;
  shown = wanted;
  open();
  load(citation);
}

function open() {
  if (pane.open) return;
  document.documentElement.classList.add("reading");
  // Over everything on a phone, beside it on a wide screen.
  if (NARROW.matches) pane.showModal();
  else pane.show();
}

function close() {
  shown = null;
  if (!pane.open) return;
  pane.close();
  document.documentElement.classList.remove("reading");
  if (opener?.isConnected) opener.focus({ preventScroll: true });
  hideQuote();
}

async function load(citation) {
  const mine = shown;
  show({ title: citation.title || "Opening …" }, []);
  try {
    const article = await json(articlePath(citation.article_id));
    if (mine !== shown) return;
    show(article, [...changed(article, citation), ...paragraphs(article.text, span(article, citation))]);
    pane.querySelector("#cited")?.scrollIntoView({ block: "center" });
  } catch (error) {
    if (mine === shown) show(citation, missing(error, citation));
  }
}

function show(article, parts) {
  byId("article-title").textContent = article.title || "An article";
  byId("article-facts").replaceChildren(facts(article, ...(article.tags || [])));
  byId("article-text").replaceChildren(...parts);
  const body = byId("article-body");
  body.scrollTop = 0;
  body.focus({ preventScroll: true });
}

// Where the quote is now: `[start, end]` in code points, or null.
function span(article, { start, end, quote, highlights }) {
  if (!quote) return null;
  if (codePoints(article.text).slice(start, end).join("") === quote) return { start, end, highlights };
  const place = article.text.indexOf(quote);
  if (place < 0) return null;
  const moved = codePoints(article.text.slice(0, place)).length;
  return { start: moved, end: moved + codePoints(quote).length, highlights };
}

function changed(article, citation) {
  if (!citation.quote || span(article, citation)) return [];
  return asItWas("The article has changed since: this is no longer in it.", citation);
}

function missing(error, citation) {
  if (error.status !== 404) return [problem(error, () => load(citation))];
  return asItWas("This article is no longer in the collection.", citation);
}

function asItWas(text, { quote, highlights }) {
  const was = quote ? element("blockquote", { dir: "auto" }, marked(quote, highlights)) : null;
  const said = was ? element("p", { className: "quiet", textContent: "The answer quoted:" }) : null;
  return [element("p", { className: "note", textContent: text }), said, was].filter(Boolean);
}

// The text by paragraphs, the part at `cited` marked in each that has some of it.
function paragraphs(text, cited) {
  const points = codePoints(text);
  const made = [];
  for (const [start, end] of blocks(points)) {
    const words = points.slice(start, end).join("");
    const block = element(isHeading(words) ? "h3" : "p", { dir: "auto" });
    const [from, to] = cited ? [Math.max(cited.start, start), Math.min(cited.end, end)] : [end, end];
    if (from >= to) {
      block.append(words);
    } else {
      const lit = cited.highlights
        .map(([a, b]) => [Math.max(a + cited.start - from, 0), Math.min(b + cited.start, to) - from])
        .filter(([a, b]) => a < b);
      const mark = element("mark", {}, marked(points.slice(from, to).join(""), lit));
      if (!made.some((one) => one.querySelector("mark"))) mark.id = "cited";
      block.append(points.slice(start, from).join(""), mark, points.slice(to, end).join(""));
    }
    made.push(block);
  }
  return made;
}

// `[start, end]` of what blank lines part.
function blocks(points) {
  const found = [];
  let start = 0;
  let place = 0;
  for (const line of points.join("").split("\n")) {
    const end = place + codePoints(line).length;
    if (!line.trim()) {
      if (start < place) found.push([start, place - 1]);
      start = end + 1;
    }
    place = end + 1;
  }
  if (start < points.length) found.push([start, points.length]);
  return found;
}

function isHeading(words) {
  return words.length < 90 && !words.includes("\n") && /[\p{L}\p{N}]$/u.test(words);
}

byId("close-article").onclick = leaveBeside;
pane.oncancel = (event) => {
  event.preventDefault();
  leaveBeside();
};
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && pane.open && !NARROW.matches && !byId("asking").open) leaveBeside();
});
NARROW.onchange = () => {
  if (!pane.open) return;
  pane.close();
  open();
};
