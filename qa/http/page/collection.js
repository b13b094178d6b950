// What the collection holds: finding, adding and removing articles.

import { articlePath, call, events, json, posted } from "./api.js";
import { openArticle } from "./article.js";
import { button, byId, element } from "./dom.js";

let articles = [];
let cursor = null;

export async function showCollection() {
  articles = [];
  cursor = null;
  await loadMore();
  const ready = await json("/readyz").catch((error) => ({ detail: error.message }));
  byId("state").textContent = ready.detail || `Index generation ${ready.generation}.`;
}

async function loadMore() {
  try {
    const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    const page = await json(`/articles?limit=200${after}`);
    articles.push(...page.articles);
    cursor = page.next_cursor;
  } catch (error) {
    byId("state").textContent = error.message;
  }
  byId("more").hidden = !cursor;
  list();
}

function list() {
  const wanted = byId("filter").value.toLowerCase();
  const rows = articles
    .filter((one) => `${one.title} ${one.source} ${one.author}`.toLowerCase().includes(wanted))
    .map((one) =>
      element(
        "tr",
        {},
        element("td", {}, button(one.title, () => open(one), { className: "plain" })),
        element("td", { textContent: one.source || "" }),
        element("td", { textContent: one.published_at || "" }),
        element("td", {}, button("Remove", () => remove(one), {
          "aria-label": `Remove ${one.title}`,
        })),
      ),
    );
  const none = wanted ? "No article of that name." : "No articles yet.";
  const empty = element("tr", {}, element("td", { colSpan: 4, textContent: none }));
  byId("articles").replaceChildren(...(rows.length ? rows : [empty]));
}

function open(article) {
  openArticle({ article_id: article.id, start: 0, end: 0, quote: "", highlights: [] });
}

async function remove(article) {
  if (!confirm(`Remove “${article.title}”? No later answer will cite it.`)) return;
  try {
    await call(articlePath(article.id), { method: "DELETE" });
    articles = articles.filter((one) => one.id !== article.id);
    list();
  } catch (error) {
    byId("state").textContent = error.message;
  }
}

async function add(event) {
  event.preventDefault();
  const files = byId("files").files;
  const url = byId("address").value.trim();
  const told = byId("progress");
  if (!files.length && !url) {
    told.textContent = "Choose files or give an address first.";
    return;
  }
  const submit = event.submitter;
  if (submit) submit.disabled = true;
  told.replaceChildren("Sending …");
  try {
    for (const options of submissions(files, url)) {
      const job = await json("/articles", options);
      for await (const [, state] of events(`/jobs/${job.id}`)) tell(told, state);
    }
    byId("add-form").reset();
    await showCollection();
  } catch (error) {
    told.replaceChildren(element("p", { className: "bad", textContent: error.message }));
  } finally {
    if (submit) submit.disabled = false;
  }
}

function* submissions(files, url) {
  if (files.length) {
    const form = new FormData();
    for (const file of files) form.append("file", file);
    yield { method: "POST", body: form };
  }
  if (url) yield posted({ url });
}

function tell(told, job) {
  const counts = Object.entries(job.counts).filter(([, count]) => count);
  const said = counts.map(([name, count]) => `${count} ${name}`).join(", ") || job.status;
  const refused = job.refused.map((one) =>
    element("p", { className: "bad", textContent: `${one.source}: ${one.reason}` }),
  );
  told.replaceChildren(element("p", { textContent: said }), ...refused);
  if (job.error) told.append(element("p", { className: "bad", textContent: job.error }));
}

byId("filter").oninput = list;
byId("more").onclick = loadMore;
byId("add-form").onsubmit = add;
