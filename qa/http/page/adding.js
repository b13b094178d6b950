// Adding files and pages, with what becomes of each as it happens.

import { events, json, posted } from "./api.js";
import { button, byId, element } from "./dom.js";

// Sent together: few enough that the outcome of each is soon seen, small enough for the server.
const MOST_FILES = 20;
const MOST_BYTES = 4_000_000;
const WORDS = { added: "added", updated: "updated", unchanged: "was there already" };

let whenDone = () => {};
let openArticle = () => {};
let isBusy = false;

export function startAdding(onDone, onOpen) {
  whenDone = onDone;
  openArticle = onOpen;
}

async function add(submissions, names) {
  if (isBusy) return;
  isBusy = true;
  const told = new Outcomes(names);
  for (const one of submissions) {
    try {
      const job = await json("/articles", one.options);
      for await (const [, state] of events(`/jobs/${job.id}`)) told.show(one.names, state);
    } catch (error) {
      told.refuse(one.names, error.message);
    }
  }
  told.finish();
  isBusy = false;
  await whenDone();
}

class Outcomes {
  constructor(names) {
    this.all = names.length;
    this.done = new Map();
    this.jobs = [];
    this.bar = byId("progress").querySelector("progress");
    this.bar.removeAttribute("value");
    this.bar.hidden = false;
    byId("progress").hidden = false;
    byId("outcomes").replaceChildren();
    byId("progress-text").textContent = names.length === 1 ? `Adding ${names[0]} …` : `Adding ${names.length} files …`;
  }

  // The job's own list, as far as it has come.
  show(names, job) {
    const key = names[0];
    const taken = job.taken.map((one) => element("li", { className: "taken" },
      button(one.source, () => openArticle(one.article_id), { className: "plain", dir: "auto" }), ` ${WORDS[one.outcome]}`));
    const refused = job.refused.map((one) => refusal(one.source, one.reason));
    const failed = job.error ? [refusal(key, job.error)] : [];
    this.done.set(key, { counts: { ...job.counts, refused: job.counts.refused + failed.length }, rows: [...failed, ...refused, ...taken] });
    this.draw();
  }

  refuse(names, reason) {
    const rows = names.map((name) => refusal(name, reason));
    this.done.set(names[0], { counts: { refused: names.length }, rows });
    this.draw();
  }

  draw() {
    const all = [...this.done.values()];
    byId("outcomes").replaceChildren(...all.flatMap((one) => one.rows));
    const ended = byId("outcomes").children.length;
    if (this.all > 1) {
      this.bar.max = Math.max(this.all, ended);
      this.bar.value = ended;
    }
  }

  finish() {
    this.bar.hidden = true;
    const total = {};
    for (const { counts } of this.done.values()) {
      for (const [name, count] of Object.entries(counts)) total[name] = (total[name] || 0) + count;
    }
    const said = Object.entries(total).filter(([, count]) => count).map(([name, count]) => `${count} ${name}`);
    byId("progress-text").textContent = `${said.join(", ") || "Nothing was added"}.`;
  }
}

function refusal(name, reason) {
  return element("li", { className: "refused" }, element("strong", { textContent: name, dir: "auto" }), ` ${reason}`);
}

function* portions(files) {
  let some = [];
  let bytes = 0;
  for (const file of files) {
    if (some.length && (some.length === MOST_FILES || bytes + file.size > MOST_BYTES)) {
      yield some;
      [some, bytes] = [[], 0];
    }
    some.push(file);
    bytes += file.size;
  }
  if (some.length) yield some;
}

function addFiles(files) {
  const submissions = [...portions(files)].map((some) => {
    const body = new FormData();
    for (const file of some) body.append("file", file);
    return { options: { method: "POST", body }, names: some.map((file) => file.name) };
  });
  if (submissions.length) add(submissions, [...files].map((file) => file.name));
}

byId("files").onchange = () => {
  const files = [...byId("files").files];
  byId("files").value = "";
  addFiles(files);
};
byId("address-form").onsubmit = (event) => {
  event.preventDefault();
  const url = byId("address").value.trim();
  if (isBusy || !url) return;
  byId("address").value = "";
  add([{ options: posted({ url }), names: [url] }], [url]);
};

const drop = byId("drop");
drop.ondragover = (event) => {
  event.preventDefault();
  drop.classList.add("over");
};
drop.ondragleave = () => drop.classList.remove("over");
drop.ondrop = (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  addFiles([...event.dataTransfer.files]);
};
