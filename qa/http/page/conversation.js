// The conversation on the page: asking, the answers as they come, and those given before.

import { showAnswer, suggest } from "./answer.js";
import { events, json, posted } from "./api.js";
import { announce, byId, element, problem } from "./dom.js";
import { forgetConversation, remember } from "./earlier.js";
import { answerPath, conversationPath, go, place } from "./places.js";

// What is shown: the conversation's id and, when it is one answer alone, that answer's.
let shown = { conversationId: null, answerId: null };
// Changes whenever another conversation is opened, so that a late answer finds its place gone.
let opening = 0;

// Shows what the address names; what is shown already stays as it is.
export async function showConversation({ conversationId, answerId }) {
  if (answerId ? answerId === shown.answerId : conversationId === shown.conversationId && !shown.answerId) return;
  shown = { conversationId, answerId };
  const mine = ++opening;
  byId("turns").replaceChildren();
  isEmpty(!conversationId && !answerId);
  document.title = "Footnote";
  if (!conversationId && !answerId) {
    focusQuestion();
    return;
  }
  byId("turns").append(element("p", { className: "quiet", textContent: "Opening …" }));
  try {
    const turns = answerId ? [await json(answerPath(answerId))] : (await json(conversationPath(conversationId))).turns;
    if (mine === opening) showTurns(turns);
  } catch (error) {
    if (mine === opening) showMissing(error);
  }
}

function showTurns(turns) {
  shown.conversationId = turns[0].conversation_id;
  byId("turns").replaceChildren();
  for (const answer of turns) showAnswer(newTurn(answer.question), answer);
  suggest(byId("turns").lastElementChild, turns.at(-1), put);
  document.title = `${turns[0].question} – Footnote`;
  if (!shown.answerId) return;
  const path = conversationPath(shown.conversationId);
  const link = element("a", { href: path, textContent: "See the conversation it belongs to" });
  byId("turns").append(element("p", { className: "quiet whole" }, link));
}

function showMissing(error) {
  if (error.status === 404 && shown.conversationId) forgetConversation(shown.conversationId);
  const said = error.status === 404 ? new Error("This is not kept here, or not any more.") : error;
  const again = error.status === 404 ? null : () => {
    shown = { conversationId: null, answerId: null };
    showConversation(place());
  };
  byId("turns").replaceChildren(problem(said, again));
}

async function put(question) {
  if (byId("ask").classList.contains("asking")) return;
  isEmpty(false);
  byId("turns").querySelector(".whole")?.remove();
  const mine = opening;
  const turn = newTurn(question);
  turn.scrollIntoView({ block: "start" });
  isAsking(true);
  try {
    const answer = await answered(question, turn);
    if (mine === opening) keep(answer);
  } catch (error) {
    const again = () => {
      turn.remove();
      put(question);
    };
    turn.querySelector(".status").replaceWith(problem(error, again));
    turn.querySelector(".answer").replaceChildren();
  } finally {
    isAsking(false);
    turn.removeAttribute("aria-busy");
    turn.scrollIntoView({ block: "start" });
  }
}

// Asks and shows; the answer, once it is whole.
async function answered(question, turn) {
  const text = turn.querySelector(".answer");
  const status = turn.querySelector(".status");
  const body = { question, conversation_id: shown.conversationId, stream: true };
  for await (const [name, data] of events("/ask", posted(body))) {
    if (name === "retrieved") status.textContent = readingText(data.passages);
    if (name === "token") text.append(data.text);
    if (name === "error") throw new Error(data.detail);
    if (name === "answer") {
      showAnswer(turn, data);
      suggest(turn, data, put);
      announce(data.answer);
      return data;
    }
  }
  throw new Error("The answer was cut off.");
}

function readingText(passages) {
  const titles = new Set(passages.map((one) => one.title));
  return titles.size ? `Reading ${[...titles].slice(0, 3).join(", ")} …` : "Reading …";
}

function keep(answer) {
  const isNew = shown.conversationId !== answer.conversation_id;
  shown = { conversationId: answer.conversation_id, answerId: null };
  if (isNew) {
    remember(answer.conversation_id, answer.question);
    document.title = `${answer.question} – Footnote`;
  }
  if (place().view === "ask") go(conversationPath(answer.conversation_id));
}

function newTurn(question) {
  const turn = element(
    "article",
    { className: "turn", "aria-busy": "true" },
    element("h2", { textContent: question, dir: "auto" }),
    element("p", { className: "quiet status", textContent: "Searching …" }),
    element("div", { className: "answer", dir: "auto" }),
  );
  byId("turns").append(turn);
  return turn;
}

function isEmpty(value) {
  byId("ask").classList.toggle("empty", value);
  byId("ask-title").textContent = value ? "Ask the articles" : "Questions and answers";
}

function isAsking(value) {
  byId("ask").classList.toggle("asking", value);
  byId("question-form").querySelector("button").disabled = value;
}

// Not on a touch screen, where the keyboard would cover half of the page.
export function focusQuestion() {
  if (matchMedia("(pointer: fine)").matches) question.focus();
}

// Where to return to from another view.
export function conversationAddress() {
  if (shown.answerId) return answerPath(shown.answerId);
  return shown.conversationId ? conversationPath(shown.conversationId) : "/";
}

const question = byId("question");

byId("question-form").onsubmit = (event) => {
  event.preventDefault();
  const words = question.value.trim();
  if (!words || byId("ask").classList.contains("asking")) return;
  question.value = "";
  question.blur();
  focusQuestion();
  put(words);
};
question.onkeydown = (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId("question-form").requestSubmit();
};
