// One turn: the question, the answer as it comes, its footnotes, and what the reader makes of it.

import { call, events, json, posted } from "./api.js";
import { openArticle } from "./article.js";
import { button, byId, element, marked, safeLink } from "./dom.js";

// Asks and shows; returns the answer, or null when something went wrong.
export async function ask(question, conversationId, onFollowUp) {
  const turn = newTurn(question);
  byId("turns").append(turn);
  turn.scrollIntoView({ block: "nearest" });
  const text = turn.querySelector(".answer");
  const status = turn.querySelector(".status");
  try {
    const body = { question, conversation_id: conversationId, stream: true };
    for await (const [name, data] of events("/ask", posted(body))) {
      if (name === "retrieved") status.textContent = `Reading ${data.passages.length} passages …`;
      if (name === "token") text.append(data.text);
      if (name === "error") throw new Error(data.detail);
      if (name === "answer") {
        show(turn, data, onFollowUp);
        return data;
      }
    }
    throw new Error("The answer was cut off; ask again.");
  } catch (error) {
    status.textContent = error.message;
    status.classList.add("bad");
    return null;
  }
}

// Shows an answer that was given before.
export function showKept(answer, onFollowUp) {
  const turn = newTurn(answer.question);
  byId("turns").append(turn);
  show(turn, answer, onFollowUp);
}

function newTurn(question) {
  return element(
    "article",
    { className: "turn" },
    element("h2", { textContent: question, dir: "auto" }),
    element("p", { className: "quiet status", textContent: "Searching …" }),
    element("div", { className: "answer", dir: "auto" }),
  );
}

function show(turn, answer, onFollowUp) {
  const isFound = answer.status === "answered";
  const asked = answer.standalone_question;
  turn.querySelector(".status").textContent =
    asked === answer.question ? "" : `Understood as: ${asked}`;
  const text = turn.querySelector(".answer");
  text.classList.toggle("not-found", !isFound);
  text.replaceChildren(...(isFound ? sentences(answer) : [answer.answer]));
  turn.append(...corrections(answer), ...citations(answer, isFound));
  const followUps = answer.follow_up_questions.map((one) => button(one, () => onFollowUp(one)));
  if (followUps.length) turn.append(element("div", { className: "actions" }, ...followUps));
  turn.append(actions(answer));
}

function sentences(answer) {
  const byNumber = new Map(answer.citations.map((one) => [one.number, one]));
  return answer.sentences.flatMap((sentence) => [
    sentence.published_at ? `${sentence.published_at}: ` : "",
    sentence.text,
    ...sentence.citations.map((number) => numberButton(byNumber.get(number))),
    " ",
  ]);
}

function numberButton(citation) {
  const made = button(String(citation.number), () => openArticle(citation), {
    className: "number",
    "aria-label": `Footnote ${citation.number}: ${citation.title}`,
  });
  made.onmouseenter = made.onfocus = () => showQuote(made, citation);
  made.onmouseleave = made.onblur = hideQuote;
  return made;
}

function showQuote(near, citation) {
  const box = byId("quote");
  box.replaceChildren(
    element("strong", { textContent: citation.title }),
    element("blockquote", {}, marked(citation.quote, citation.highlights)),
  );
  box.hidden = false;
  near.setAttribute("aria-describedby", "quote");
  const place = near.getBoundingClientRect();
  const left = Math.min(place.left, innerWidth - box.offsetWidth - 12);
  box.style.left = `${Math.max(left, 6) + scrollX}px`;
  box.style.top = `${place.bottom + scrollY + 6}px`;
}

function hideQuote() {
  byId("quote").hidden = true;
}

function citations(answer, isFound) {
  if (!answer.citations.length) return [];
  const rows = answer.citations.map((citation) =>
    element(
      "li",
      { value: citation.number },
      button(citation.title, () => openArticle(citation), { className: "plain" }),
      element("span", { className: "quiet" }, ` ${facts(citation)} `,
        citation.url ? safeLink(citation.url, "original") : null),
      element("blockquote", { dir: "auto" }, marked(citation.quote, citation.highlights)),
    ),
  );
  const note = "The nearest passages. They are not an answer:";
  return [
    isFound ? null : element("p", { className: "quiet", textContent: note }),
    element("ol", { className: "citations" }, ...rows),
  ].filter(Boolean);
}

function facts(citation) {
  return [citation.source, citation.published_at].filter(Boolean).join(" · ");
}

function corrections(answer) {
  return answer.corrections.map((one) =>
    element("p", {
      className: "bad",
      textContent: `“${one.title}” was ${one.change} on ${one.noticed_at.slice(0, 10)}: ` +
        "a quote below is no longer in it.",
    }),
  );
}

function actions(answer) {
  const link = new URL(`/answers/${answer.id}`, location.href).href;
  const told = element("span", { className: "quiet", role: "status" });
  const comment = element("input", { type: "text", className: "comment", hidden: true,
    placeholder: "What was wrong or missing? (Enter sends it)", "aria-label": "Comment" });
  const judge = async (helpful, pressed) => {
    try {
      await call(`/answers/${answer.id}/feedback`, posted({ helpful, comment: comment.value || null }));
      for (const one of [yes, no]) one.setAttribute("aria-pressed", String(one === pressed));
      told.textContent = "Thank you.";
      comment.hidden = helpful;
      if (!helpful) comment.focus();
    } catch (error) {
      told.textContent = error.message;
    }
  };
  const yes = button("Helpful", () => judge(true, yes), { "aria-pressed": "false" });
  const no = button("Not helpful", () => judge(false, no), { "aria-pressed": "false" });
  comment.onkeydown = (event) => event.key === "Enter" && judge(false, no);
  const copy = button("Copy link", async () => {
    await navigator.clipboard?.writeText(link).catch(() => {});
    told.textContent = link;
  });
  return element("div", { className: "actions" }, yes, no, copy, told, comment);
}

export async function keptAnswer(id) {
  return json(`/answers/${encodeURIComponent(id)}`);
}
