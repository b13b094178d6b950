// A footnote's number: resting on it (or the first tap) shows the quote, a click opens the article.

import { button, byId, element, facts, marked } from "./dom.js";
import { goBeside } from "./places.js";

const DELAY_TO_HIDE = 200;
const answers = new Map();

let shownFor = null;
let hiding = 0;
let press = { type: "", wasShown: false };

export function registerFootnotes(answer) {
  answers.set(answer.id, answer);
}

// The citation that an address names, if its answer is on the page.
export function citationOf(footnote) {
  const [answerId, number] = footnote.split(/\.(?=\d+$)/);
  return answers.get(answerId)?.citations.find((one) => one.number === Number(number)) || null;
}

export function openFootnote(answerId, number) {
  hideQuote();
  goBeside(`#footnote=${answerId}.${number}`);
}

export function numberButton(answerId, citation) {
  const made = button(String(citation.number), null, {
    className: "number",
    "aria-label": `Footnote ${citation.number}: ${citation.title}`,
  });
  const open = () => openFootnote(answerId, citation.number);
  made.onpointerenter = (event) => event.pointerType !== "touch" && show(made, citation, open);
  made.onpointerleave = hideSoon;
  made.onfocus = () => made.matches(":focus-visible") && show(made, citation, open);
  made.onblur = hideSoon;
  made.onpointerdown = (event) => (press = { type: event.pointerType, wasShown: shownFor === made });
  made.onclick = (event) => {
    const isFirstTap = event.detail > 0 && press.type === "touch" && !press.wasShown;
    if (isFirstTap) show(made, citation, open);
    else open();
  };
  return made;
}

function show(near, citation, open) {
  clearTimeout(hiding);
  const box = byId("quote");
  const quote = element("blockquote", { id: "quoted", dir: "auto" }, marked(citation.quote, citation.highlights));
  box.replaceChildren(
    element("p", { className: "title", textContent: citation.title, dir: "auto" }),
    facts(citation),
    quote,
    button("Open the article here", open, { className: "small", tabIndex: -1 }),
  );
  box.showPopover();
  shownFor?.removeAttribute("aria-describedby");
  shownFor = near;
  near.setAttribute("aria-describedby", "quoted");
  put(box, near.getBoundingClientRect());
}

// Below the number, or above it where there is more room; never beyond the window.
function put(box, number) {
  const left = Math.max(8, Math.min(number.left - 16, innerWidth - box.offsetWidth - 8));
  const isAbove = number.bottom + box.offsetHeight + 8 > innerHeight && number.top > innerHeight / 2;
  box.style.left = `${left}px`;
  box.style.top = isAbove ? "auto" : `${number.bottom + 6}px`;
  box.style.bottom = isAbove ? `${innerHeight - number.top + 6}px` : "auto";
  box.style.maxHeight = `${(isAbove ? number.top : innerHeight - number.bottom) - 16}px`;
}

// Focus moves a number into the window, and the page with it: then the quote goes along.
function followOrHide(event) {
  if (!shownFor || event.target === byId("quote")) return;
  const number = shownFor.getBoundingClientRect();
  const isInWindow = number.bottom > 0 && number.top < innerHeight;
  if (isInWindow && shownFor === document.activeElement) put(byId("quote"), number);
  else hideQuote();
}

function hideSoon() {
  clearTimeout(hiding);
  hiding = setTimeout(hideQuote, DELAY_TO_HIDE);
}

export function hideQuote() {
  clearTimeout(hiding);
  shownFor?.removeAttribute("aria-describedby");
  shownFor = null;
  if (byId("quote").matches(":popover-open")) byId("quote").hidePopover();
}

byId("quote").onpointerenter = () => clearTimeout(hiding);
byId("quote").onpointerleave = (event) => event.pointerType !== "touch" && hideSoon();
// Elsewhere: the quote goes. On it: the number keeps the focus, so that it stays.
byId("quote").onpointerdown = (event) => event.preventDefault();
addEventListener("scroll", followOrHide, { capture: true, passive: true });
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !shownFor) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  hideQuote();
}, true);
