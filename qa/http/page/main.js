// Shows the view that the address names.

import { showBeside } from "./article.js";
import { showCollection } from "./collection.js";
import { conversationAddress, focusQuestion, showConversation } from "./conversation.js";
import { byId } from "./dom.js";
import { listEarlier } from "./earlier.js";
import { hideQuote } from "./footnotes.js";
import { go, onPlace, place } from "./places.js";

let view = null;

async function render() {
  const now = place();
  hideQuote();
  const isNew = now.view !== view;
  view = now.view;
  byId("ask").hidden = view !== "ask";
  byId("collection").hidden = view !== "collection";
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (view === "collection") {
    document.title = "The collection – Footnote";
    if (isNew) showCollection();
  } else {
    await showConversation(now);
  }
  showBeside(place());
}

// Within the page without loading it again; a new tab or window is the browser's matter.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-view]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(link.id === "ask-link" && view === "collection" ? conversationAddress() : new URL(link.href).pathname);
  scrollTo(0, 0);
});

// "/" leads to the question, as on many pages.
addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, dialog");
  if (event.key !== "/" || isTyping || view !== "ask") return;
  event.preventDefault();
  byId("question").focus();
});

listEarlier();
onPlace(render);
render();
if (place().view === "ask") focusQuestion();
