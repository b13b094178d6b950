// Building elements from data. Text is always set as text, so nothing in it can become markup.

export const byId = (id) => document.getElementById(id);

export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function button(label, onclick, properties = {}) {
  return element("button", { type: "button", textContent: label, onclick, ...properties });
}

export function problem(error, again) {
  const retry = again ? button("Try again", again, { className: "small" }) : null;
  return element("p", { className: "bad", role: "alert" }, `${error.message} `, retry);
}

// Tells people who listen to the page.
export function announce(text) {
  byId("announcer").textContent = text;
}

// Offsets of the API count code points; JavaScript's strings count UTF-16 units.
export function codePoints(text) {
  return Array.from(text);
}

// A text with its `[start, end]` spans (in code points, ascending) in elements that `made` makes.
export function marked(text, spans, made = () => element("b")) {
  const points = codePoints(text);
  const whole = document.createDocumentFragment();
  let place = 0;
  for (const [start, end] of spans) {
    whole.append(points.slice(place, start).join(""));
    const lit = made();
    lit.append(points.slice(start, end).join(""));
    whole.append(lit);
    place = end;
  }
  whole.append(points.slice(place).join(""));
  return whole;
}

// Only web addresses become links: an article may claim any URL.
export function safeLink(url, label) {
  if (!/^https?:\/\//i.test(url || "")) return null;
  return element("a", { href: url, textContent: label, rel: "noreferrer noopener", target: "_blank" });
}

const DAYS = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

// An RFC 3339 date or date-time as a day in words; what is none stays as it is.
export function day(moment) {
  const known = new Date(moment);
  return moment && !Number.isNaN(known.valueOf()) ? DAYS.format(known) : moment;
}

// What is known of where a text comes from, its web address last.
export function facts(one, ...more) {
  const parts = [one.source, one.author, day(one.published_at), ...more, safeLink(one.url, "original")];
  const line = element("span", { className: "facts quiet", dir: "auto" });
  for (const part of parts.filter(Boolean)) line.append(line.hasChildNodes() ? " · " : "", part);
  return line;
}

const AGO = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

// How far away a moment is, in words.
export function fromNow(moment) {
  const seconds = (new Date(moment) - Date.now()) / 1000;
  const [unit, length] = UNITS.find(([, one]) => Math.abs(seconds) >= one) || ["second", 1];
  const said = AGO.format(Math.trunc(seconds / length), unit);
  return element("time", { dateTime: moment, textContent: said, title: new Date(moment).toLocaleString() });
}
