// The folders, feeds, sitemaps and pages that the collection is kept in step with.

import { call, json, posted } from "./api.js";
import { confirmed } from "./dialogs.js";
import { button, byId, element, fromNow, problem } from "./dom.js";

const LENGTHS = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];
// Until the list is read again: soon where a look is on its way.
const SOON = 3_000;
const LATER = 10_000;
const NOTHING = "nothing new";

// The rows by their location: one that stays keeps its button, and with it the focus.
const rows = new Map();
let waiting = 0;
let whenNew = () => {};

// Calls back whenever a look has found something new.
export function startFollowing(onNew) {
  whenNew = onNew;
}

// Shows them, and whether this browser may: only who may edit is told.
export async function showFollowed() {
  const section = byId("following");
  section.hidden = false;
  clearTimeout(waiting);
  try {
    show((await json("/sources")).sources);
    return true;
  } catch (error) {
    section.hidden = error.status === 403;
    rows.clear();
    byId("followed").replaceChildren(problem(error, showFollowed));
    return error.status !== 403;
  }
}

function show(sources) {
  const known = new Set(sources.map((one) => one.location));
  for (const location of rows.keys()) if (!known.has(location)) rows.delete(location);
  for (const one of sources) if (!rows.has(one.location)) rows.set(one.location, new Row(one.location));
  const hasNew = sources.map((one) => rows.get(one.location).update(one)).some(Boolean);
  const shown = sources.map((one) => rows.get(one.location).made);
  const list = byId("followed");
  if (!shown.length) list.replaceChildren(none());
  else if (shown.length !== list.children.length || shown.some((one, n) => one !== list.children[n])) list.replaceChildren(...shown);
  clearTimeout(waiting);
  const isDue = sources.some((one) => new Date(one.next_run_at) <= Date.now());
  if (sources.length) waiting = setTimeout(refresh, isDue ? SOON : LATER);
  if (hasNew) whenNew();
}

async function refresh() {
  if (byId("collection").hidden || document.hidden) {
    waiting = setTimeout(refresh, LATER);
    return;
  }
  try {
    show((await json("/sources")).sources);
  } catch (error) {
    // What is shown stays; the server may be back by then. Nobody is asked for a key again and again.
    if (error.status !== 401) waiting = setTimeout(refresh, LATER);
  }
}

class Row {
  constructor(location) {
    this.last = element("span");
    this.next = element("span", { className: "facts quiet" });
    this.made = element(
      "li",
      {},
      element("div", { className: "grow" }, element("span", { className: "title", textContent: location }), this.last, this.next),
      button("Remove", () => remove(location), { className: "small", "aria-label": `Remove ${location}` }),
    );
  }

  // Whether the source has been looked at since, and something came of it.
  update(one) {
    const hasNew = this.shown && this.shown.last_run_at !== one.last_run_at && !one.failures && one.last_result !== NOTHING;
    this.shown = one;
    const failing = one.failures > 1 ? ` (${one.failures} times in a row)` : "";
    const last = one.last_run_at ? [fromNow(one.last_run_at), `: ${one.last_result}${failing}`] : ["not looked at yet"];
    this.last.className = `facts ${one.failures ? "bad" : "quiet"}`;
    this.last.replaceChildren("Last look ", ...last);
    this.next.replaceChildren(`Every ${interval(one.every_seconds)}, next `, fromNow(one.next_run_at));
    return hasNew;
  }
}

function interval(seconds) {
  const [unit, length] = LENGTHS.find(([, one]) => seconds % one === 0);
  const count = seconds / length;
  return count === 1 ? unit : `${count} ${unit}s`;
}

function none() {
  const command = element("code", { textContent: "footnote sources add FOLDER" });
  return element("li", {}, element("p", { className: "quiet" }, "None yet. For a folder of the server: ", command));
}

async function follow(event) {
  event.preventDefault();
  const location = byId("follow-address").value.trim();
  if (!location) return;
  try {
    await json("/sources", posted({ location, every_seconds: Number(byId("follow-every").value) }));
    byId("follow-address").value = "";
    byId("follow-said").textContent = `Following ${location}.`;
    await showFollowed();
  } catch (error) {
    byId("follow-said").replaceChildren(problem(error));
  }
}

async function remove(location) {
  const text = `${location} will not be looked at any more. The articles that came from it stay.`;
  if (!(await confirmed("Stop following this source?", text, "Remove"))) return;
  try {
    await call(`/sources?location=${encodeURIComponent(location)}`, { method: "DELETE" });
    const made = rows.get(location)?.made;
    const next = made?.nextElementSibling || made?.previousElementSibling;
    (next?.querySelector("button") || byId("follow-address")).focus();
    byId("follow-said").textContent = `${location} is not followed any more.`;
    await showFollowed();
  } catch (error) {
    byId("follow-said").replaceChildren(problem(error));
  }
}

byId("follow-form").onsubmit = follow;
