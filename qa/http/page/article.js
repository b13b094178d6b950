// The article beside the answer, scrolled to the sentence that was quoted.

import { articlePath, json } from "./api.js";
import { byId, codePoints, element, marked, safeLink } from "./dom.js";

let opener = null;

export async function openArticle(citation) {
  opener = document.activeElement;
  const body = byId("article-body");
  byId("article").hidden = false;
  byId("columns").classList.add("reading");
  body.replaceChildren(element("p", { className: "quiet", textContent: "Opening …" }));
  try {
    show(await json(articlePath(citation.article_id)), citation);
  } catch (error) {
    body.replaceChildren(element("p", { className: "bad", textContent: error.message }));
  }
  byId("close-article").focus();
}

function show(article, citation) {
  const points = codePoints(article.text);
  const quote = points.slice(citation.start, citation.end).join("");
  const mark = element("mark", { id: "cited" }, marked(quote, citation.highlights));
  const facts = [article.source, article.author, article.published_at].filter(Boolean).join(" · ");
  byId("article").setAttribute("aria-label", `Article: ${article.title}`);
  const parts = [
    element("h2", { textContent: article.title }),
    element("p", { className: "quiet" }, facts, " ", safeLink(article.url, article.url || "")),
  ];
  if (quote !== citation.quote) {
    const text = "The article has changed since this answer was given.";
    parts.push(element("p", { className: "bad", textContent: text }));
    parts.push(article.text);
  } else {
    parts.push(points.slice(0, citation.start).join(""), mark, points.slice(citation.end).join(""));
  }
  byId("article-body").replaceChildren(...parts);
  mark.scrollIntoView({ block: "center" });
}

export function closeArticle() {
  if (byId("article").hidden) return;
  byId("article").hidden = true;
  byId("columns").classList.remove("reading");
  opener?.focus();
}

byId("close-article").onclick = closeArticle;
document.addEventListener("keydown", (event) => event.key === "Escape" && closeArticle());
