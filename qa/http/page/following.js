// The folders, feeds, sitemaps and pages that the collection is kept in step with.

import { json } from "./api.js";
import { byId, element, fromNow, problem } from "./dom.js";

const LENGTHS = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];

// Shows them, and whether this browser may: only who may edit is told.
export async function showFollowed() {
  const section = byId("following");
  section.hidden = false;
  try {
    const { sources } = await json("/sources");
    byId("followed").replaceChildren(...(sources.length ? sources.map(row) : [none()]));
    return true;
  } catch (error) {
    section.hidden = error.status === 403;
    byId("followed").replaceChildren(problem(error, showFollowed));
    return error.status !== 403;
  }
}

function row(one) {
  const failing = one.failures > 1 ? ` (${one.failures} times in a row)` : "";
  const last = one.last_run_at ? [fromNow(one.last_run_at), `: ${one.last_result}${failing}`] : ["not looked at yet"];
  return element(
    "li",
    {},
    element("div", { className: "grow" },
      element("span", { className: "title", textContent: one.location }),
      element("span", { className: `facts ${one.failures ? "bad" : "quiet"}` }, "Last look ", ...last),
      element("span", { className: "facts quiet" }, `Every ${interval(one.every_seconds)}, next `, fromNow(one.next_run_at))),
  );
}

function interval(seconds) {
  const [unit, length] = LENGTHS.find(([, one]) => seconds % one === 0);
  const count = seconds / length;
  return count === 1 ? unit : `${count} ${unit}s`;
}

function none() {
  const command = element("code", { textContent: "footnote sources add FOLDER_OR_URL" });
  return element("li", {}, element("p", { className: "quiet" }, "None yet. ", command, " begins with one."));
}
