// Which view is shown, and the conversation that questions belong to.

import { ask, keptAnswer, showKept } from "./answer.js";
import { json } from "./api.js";
import { closeArticle } from "./article.js";
import { showCollection } from "./collection.js";
import { button, byId, element } from "./dom.js";

const STORE = "footnote-conversations";
const MOST_KEPT = 30;
let conversationId = null;

function kept() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) || [];
  } catch {
    return [];
  }
}

function remember(answer) {
  if (conversationId === answer.conversation_id) return;
  conversationId = answer.conversation_id;
  const others = kept().filter((one) => one.id !== conversationId);
  const all = [{ id: conversationId, question: answer.question }, ...others].slice(0, MOST_KEPT);
  try {
    localStorage.setItem(STORE, JSON.stringify(all));
  } catch {
    // Private windows may not keep anything; the conversation itself goes on.
  }
  listEarlier();
}

function listEarlier() {
  const rows = kept().map((one) =>
    element("li", {}, button(one.question, () => reopen(one.id), { className: "plain" })),
  );
  byId("earlier").hidden = !rows.length;
  byId("earlier").querySelector("ul").replaceChildren(...rows);
}

async function reopen(id) {
  try {
    const { turns } = await json(`/conversations/${encodeURIComponent(id)}`);
    start();
    conversationId = id;
    for (const turn of turns) showKept(turn, put);
  } catch (error) {
    byId("turns").replaceChildren(element("p", { className: "bad", textContent: error.message }));
  }
}

function start() {
  conversationId = null;
  byId("turns").replaceChildren();
  closeArticle();
  if (location.pathname !== "/") history.pushState(null, "", "/");
  byId("question").focus();
}

async function put(question) {
  const submit = byId("question-form").querySelector("button");
  submit.disabled = true;
  const answer = await ask(question, conversationId, put);
  submit.disabled = false;
  if (answer) remember(answer);
  byId("question").focus();
}

byId("question-form").onsubmit = (event) => {
  event.preventDefault();
  const question = byId("question").value.trim();
  if (!question) return;
  byId("question").value = "";
  put(question);
};
byId("question").onkeydown = (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId("question-form").requestSubmit();
};
byId("new-conversation").onclick = start;

function route() {
  const isCollection = location.hash === "#collection";
  byId("ask").hidden = isCollection;
  byId("collection").hidden = !isCollection;
  for (const link of document.querySelectorAll("nav a")) {
    const here = link.dataset.view === (isCollection ? "collection" : "ask");
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  closeArticle();
  if (isCollection) showCollection();
}

async function begin() {
  listEarlier();
  route();
  addEventListener("hashchange", route);
  const permalink = location.pathname.match(/^\/answers\/([^/]+)$/);
  if (!permalink) return;
  try {
    const answer = await keptAnswer(decodeURIComponent(permalink[1]));
    document.title = `${answer.question} – Footnote`;
    conversationId = answer.conversation_id;
    showKept(answer, put);
  } catch (error) {
    byId("turns").append(element("p", { className: "bad", textContent: error.message }));
  }
}

begin();
