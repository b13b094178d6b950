// What a reader makes of an answer: helpful or not, with a comment; and its link to share.

import { call, posted } from "./api.js";
import { button, element } from "./dom.js";
import { answerPath } from "./places.js";

const SVG = "http://www.w3.org/2000/svg";
const THUMB = "M7 11v9H3.5v-9zM7 11l4-8c1.7 0 2.6 1.2 2.3 2.8L12.6 9h6c1.3 0 2.2 1.2 1.9 2.5l-1.5 6.9c-.2 1-1 1.6-2 1.6H7";
const LINK = "M10 14a4 4 0 0 0 5.7 0l3.3-3.3a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0L5 13.3A4 4 0 0 0 10.7 19l1.3-1.3";

export function judging(answer) {
  const told = element("span", { className: "quiet", role: "status" });
  const comment = commentForm((words) => judge(chosen(), words));
  const yes = verdictButton("Helpful", "thumb", () => judge(true));
  const no = verdictButton("Not helpful", "thumb down", () => judge(false));
  const chosen = () => yes.getAttribute("aria-pressed") === "true";

  async function judge(helpful, words = null) {
    try {
      await call(`${answerPath(answer.id)}/feedback`, posted({ helpful, comment: words }));
      yes.setAttribute("aria-pressed", String(helpful));
      no.setAttribute("aria-pressed", String(!helpful));
      told.textContent = words ? "Thank you for the comment." : "Thank you.";
      comment.show(words === null, helpful ? "Anything to add?" : "What was wrong or missing?");
    } catch (error) {
      told.textContent = error.message;
    }
  }

  const share = iconButton("Copy link", LINK, "", () => copyLink(answer, told));
  return element("div", { className: "judging" }, element("div", { className: "actions" }, yes, no, share, told), comment.form);
}

function commentForm(send) {
  const words = element("textarea", { rows: 2, maxLength: 5000 });
  const label = element("label", {}, element("span"), words);
  const form = element("form", { className: "comment", hidden: true }, label,
    element("button", { type: "submit", textContent: "Send", className: "small" }));
  form.onsubmit = (event) => {
    event.preventDefault();
    if (words.value.trim()) send(words.value.trim());
  };
  const show = (isShown, asked) => {
    form.hidden = !isShown;
    label.firstChild.textContent = asked;
    if (isShown) words.focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest" });
  };
  return { form, show };
}

async function copyLink(answer, told) {
  const link = new URL(answerPath(answer.id), location.href).href;
  try {
    await navigator.clipboard.writeText(link);
    told.textContent = "Link copied.";
  } catch {
    // Without a secure connection browsers give no clipboard.
    told.replaceChildren("The link: ", element("a", { href: link, textContent: link }));
  }
}

function verdictButton(label, look, onclick) {
  return iconButton(label, THUMB, look, onclick, { "aria-pressed": "false" });
}

function iconButton(label, drawn, look, onclick, properties = {}) {
  const made = button("", onclick, { className: `icon ${look}`, "aria-label": label, title: label, ...properties });
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", drawn);
  svg.append(path);
  made.append(svg);
  return made;
}
