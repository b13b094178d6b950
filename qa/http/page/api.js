// Calls of the HTTP API; every failure is an Error whose message a person can read.

import { askForKey, storedKey } from "./dialogs.js";

const HOW = "Whoever runs the server makes one: footnote keys add NAME --scope ask";

export class Failure extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

export async function call(path, options = {}) {
  for (;;) {
    const key = storedKey();
    const reply = await sent(path, options, key);
    if (reply.ok) return reply;
    const { detail } = await reply.json().catch(() => ({}));
    if (reply.status !== 401) throw new Failure(detail || `The server answered ${reply.status}.`, reply.status);
    // Another call may have asked for a key meanwhile.
    const isNew = storedKey() !== key;
    if (!isNew && !(await askForKey(key ? detail : HOW))) throw new Failure("This needs an API key.", 401);
  }
}

async function sent(path, options, key) {
  const headers = { ...options.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  try {
    return await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure("The server cannot be reached; check that it runs, then try again.");
  }
}

export async function json(path, options = {}) {
  const reply = await call(path, { ...options, headers: { Accept: "application/json", ...options.headers } });
  return reply.status === 204 ? null : reply.json();
}

export function posted(body) {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  };
}

export function articlePath(id) {
  return `/articles/${encodeURIComponent(id)}`;
}

// Server-sent events of one response, as [name, data] pairs.
export async function* events(path, options = {}) {
  const headers = { ...options.headers, Accept: "text/event-stream" };
  const reply = await call(path, { ...options, headers });
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let kept = "";
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    if (done) return;
    kept += value;
    const blocks = kept.split(/\r?\n\r?\n/);
    kept = blocks.pop();
    for (const block of blocks) {
      const fields = block.split(/\r?\n/).map((line) => line.match(/^(event|data): ?(.*)$/));
      const name = fields.find((field) => field?.[1] === "event")?.[2];
      const data = fields.filter((field) => field?.[1] === "data").map((field) => field[2]);
      if (name) yield [name, JSON.parse(data.join("\n"))];
    }
  }
}
