// Calls of the HTTP API; every failure is an Error whose message a person can read.

const STORE = "footnote-key";

export async function call(path, options = {}) {
  let reply = await sent(path, options);
  if (reply.status === 401) {
    const key = prompt("This server asks for an API key:");
    if (key) {
      sessionStorage.setItem(STORE, key.trim());
      reply = await sent(path, options);
    }
  }
  if (!reply.ok) {
    const problem = await reply.json().catch(() => ({}));
    throw new Error(problem.detail || `The server answered ${reply.status}.`);
  }
  return reply;
}

async function sent(path, options) {
  const key = sessionStorage.getItem(STORE);
  const headers = { ...options.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  try {
    return await fetch(path, { ...options, headers });
  } catch {
    throw new Error("The server cannot be reached; check that it runs, then try again.");
  }
}

export async function json(path, options) {
  const reply = await call(path, { headers: { Accept: "application/json" }, ...options });
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
    const { done, value } = await reader.read();
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
