// The conversations that this browser has had, newest first.

import { byId, element } from "./dom.js";
import { conversationPath, go } from "./places.js";

const STORE = "footnote-conversations";
const MOST_KEPT = 30;
const MOST_ON_WELCOME = 5;

function kept() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) || [];
  } catch {
    return [];
  }
}

export function remember(id, question) {
  const others = kept().filter((one) => one.id !== id);
  keep([{ id, question }, ...others].slice(0, MOST_KEPT));
}

export function forgetConversation(id) {
  keep(kept().filter((one) => one.id !== id));
}

function keep(all) {
  try {
    localStorage.setItem(STORE, JSON.stringify(all));
  } catch {
    // Private windows may not keep anything; the conversation itself goes on.
  }
  listEarlier();
}

export function listEarlier() {
  const all = kept();
  byId("earlier-button").hidden = !all.length;
  byId("lately").hidden = !all.length;
  byId("earlier").querySelector("ul").replaceChildren(...all.map(row));
  byId("lately").querySelector("ul").replaceChildren(...all.slice(0, MOST_ON_WELCOME).map(row));
}

function row({ id, question }) {
  const link = element("a", { href: conversationPath(id), textContent: question, dir: "auto" });
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    byId("earlier").hidePopover();
    go(conversationPath(id));
  };
  return element("li", {}, link);
}

byId("forget").onclick = () => {
  byId("earlier").hidePopover();
  keep([]);
};
