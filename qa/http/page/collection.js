// What the collection holds: how it stands, finding articles and passages, removing articles.

import { startAdding } from "./adding.js";
import { articlePath, call, json, posted } from "./api.js";
import { confirmed, forgetKey, askForKey, storedKey } from "./dialogs.js";
import { button, byId, element, facts, problem } from "./dom.js";
import { showFollowed, startFollowing } from "./following.js";
import { goBeside } from "./places.js";

const PAGE = 50;
const PASSAGES = 8;
const PAUSE_IN_TYPING = 200;

let cursor = null;
let mayEdit = false;
let finding = null;
let typing = 0;

export async function showCollection() {
  try {
    await showState();
  } catch (error) {
    byId("state").replaceChildren(problem(error, showCollection));
    return;
  }
  mayEdit = await showFollowed();
  byId("adding").hidden = !mayEdit;
  byId("reading-only").hidden = mayEdit;
  byId("key-note").hidden = !storedKey();
  await find();
}

async function showState() {
  const state = await json("/collection");
  const counts = `${counted(state.articles, "article")}, ${counted(state.passages, "passage")}`;
  const ready = await json("/readyz").then(() => "ready to answer", (error) => error.message);
  byId("state").textContent = `${counts} · generation ${state.generation} · ${ready}`;
  const chosen = byId("source").value;
  const options = state.sources.map(({ source, articles }) =>
    element("option", { value: source, textContent: `${source} (${articles})` }),
  );
  byId("source").replaceChildren(element("option", { value: "", textContent: "All sources" }), ...options);
  byId("source").value = state.sources.some((one) => one.source === chosen) ? chosen : "";
  byId("by-source").hidden = state.sources.length < 2;
}

function counted(count, thing) {
  return `${count.toLocaleString("en")} ${thing}${count === 1 ? "" : "s"}`;
}

// The first articles that fit what was typed and chosen; whoever types on leaves the last search.
async function find() {
  clearTimeout(typing);
  cursor = null;
  await more(true);
}

async function more(isFirst = false) {
  finding?.abort();
  finding = new AbortController();
  const wanted = { words: byId("words").value.trim(), source: byId("source").value, cursor };
  const query = new URLSearchParams({ limit: PAGE });
  for (const [name, value] of Object.entries(wanted)) if (value) query.set(name, value);
  try {
    const page = await json(`/articles?${query}`, { signal: finding.signal });
    cursor = page.next_cursor;
    const rows = page.articles.map(row);
    if (isFirst) byId("articles").replaceChildren(...rows);
    else byId("articles").append(...rows);
    if (!isFirst) rows[0]?.querySelector("button").focus();
    byId("found").textContent = byId("articles").children.length ? "" : nothing(wanted);
    byId("more").hidden = !cursor;
  } catch (error) {
    if (error.name !== "AbortError") byId("found").replaceChildren(problem(error, find));
  }
}

function nothing({ words, source }) {
  if (words || source) return "No article fits. Other words, or “Search the texts”, may find it.";
  return mayEdit ? "No articles yet. Add the first one above." : "No articles yet.";
}

function row(article) {
  const remove = button("Remove", () => removed(article, made), {
    className: "small",
    "aria-label": `Remove ${article.title}`,
  });
  const made = element(
    "li",
    {},
    element("div", { className: "grow" },
      button(article.title, () => open(article.id), { className: "plain title", dir: "auto" }),
      facts(article, ...article.tags)),
    mayEdit ? remove : null,
  );
  return made;
}

function open(id, passage = null) {
  goBeside(`#article=${encodeURIComponent(id)}`, passage);
}

async function removed(article, made) {
  const text = `“${article.title}” will not be cited any more. Answers that quote it say that it was withdrawn.`;
  if (!(await confirmed("Remove this article?", text, "Remove"))) return;
  try {
    await call(articlePath(article.id), { method: "DELETE" });
    const next = made.nextElementSibling || made.previousElementSibling;
    made.remove();
    (next?.querySelector("button") || byId("words")).focus();
    byId("found").textContent = `“${article.title}” was removed.`;
    await showState();
  } catch (error) {
    byId("found").replaceChildren(problem(error));
  }
}

async function searchTexts(event) {
  event.preventDefault();
  const query = byId("words").value.trim();
  const place = byId("passages");
  if (!query) {
    byId("words").focus();
    return;
  }
  const source = byId("source").value;
  const filters = { sources: source ? [source] : [] };
  place.replaceChildren(element("p", { className: "quiet", textContent: "Searching …" }));
  try {
    const { passages } = await json("/search", posted({ query, filters, top_k: PASSAGES }));
    place.replaceChildren(
      element("h3", { textContent: passages.length ? "In the texts" : "Nothing in the texts." }),
      element("ol", { className: "rows", role: "list" }, ...passages.map(passageRow)),
      button("Close", () => place.replaceChildren(), { className: "small" }),
    );
  } catch (error) {
    place.replaceChildren(problem(error));
  }
}

function passageRow(one) {
  const passage = { start: one.start, end: one.end, quote: one.text, highlights: [] };
  return element(
    "li",
    {},
    element("div", { className: "grow" },
      button(one.title, () => open(one.article_id, passage), { className: "plain title", dir: "auto" }),
      facts(one),
      element("blockquote", { className: "clamped", dir: "auto", textContent: one.text })),
  );
}

byId("words").oninput = () => {
  clearTimeout(typing);
  typing = setTimeout(find, PAUSE_IN_TYPING);
};
byId("source").onchange = find;
byId("find-form").onsubmit = searchTexts;
byId("more").onclick = () => more();
byId("other-key").onclick = async () => {
  if (await askForKey("Enter a key that may edit.")) showCollection();
};
byId("forget-key").onclick = () => {
  forgetKey();
  location.reload();
};
startAdding(showCollection, open);
startFollowing(async () => {
  await showState().catch(() => {}); // what is shown stays
  // Who has gone on in the list is not thrown back to its beginning.
  const list = byId("articles");
  if (list.children.length <= PAGE && !list.contains(document.activeElement)) await find();
});
