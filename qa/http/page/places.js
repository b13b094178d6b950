// The page's addresses: which view, which conversation or answer, which article beside it.

const CHANGED = "place-changed";

// Where the address bar says that we are.
export function place() {
  const path = location.pathname;
  const [, kind, id] = path.match(/^\/(answers|conversations)\/(.+)$/) || [];
  const [, what, which] = location.hash.match(/^#(footnote|article)=(.+)$/) || [];
  return {
    view: path === "/collection" ? "collection" : "ask",
    answerId: kind === "answers" ? decoded(id) : null,
    conversationId: kind === "conversations" ? decoded(id) : null,
    footnote: what === "footnote" ? which : null,
    articleId: what === "article" ? decoded(which) : null,
    passage: history.state?.passage || null,
  };
}

export const conversationPath = (id) => `/conversations/${encodeURIComponent(id)}`;
export const answerPath = (id) => `/answers/${encodeURIComponent(id)}`;

export function go(url) {
  if (url !== location.pathname + location.hash) history.pushState(null, "", url);
  dispatchEvent(new Event(CHANGED));
}

// Opens an article beside what is shown; another article takes its place, so that "back" closes it.
export function goBeside(hash, passage = null) {
  const isOpen = place().footnote || place().articleId;
  const state = { passage, wasOpened: isOpen ? Boolean(history.state?.wasOpened) : true };
  history[isOpen ? "replaceState" : "pushState"](state, "", hash);
  dispatchEvent(new Event(CHANGED));
}

export function leaveBeside() {
  if (history.state?.wasOpened) {
    history.back();
    return;
  }
  history.replaceState(null, "", location.pathname);
  dispatchEvent(new Event(CHANGED));
}

export function onPlace(listener) {
  addEventListener(CHANGED, listener);
  addEventListener("popstate", listener);
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
