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

// Offsets of the API count code points; JavaScript's strings count UTF-16 units.
export function codePoints(text) {
  return Array.from(text);
}

// A quote with its highlights marked.
export function marked(quote, highlights) {
  const points = codePoints(quote);
  const made = document.createDocumentFragment();
  let place = 0;
  for (const [start, end] of highlights) {
    made.append(points.slice(place, start).join(""));
    made.append(element("b", { textContent: points.slice(start, end).join("") }));
    place = end;
  }
  made.append(points.slice(place).join(""));
  return made;
}

// Only web addresses become links: an article may claim any URL.
export function safeLink(url, label) {
  if (!/^https?:\/\//i.test(url || "")) return document.createTextNode(label);
  return element("a", { href: url, textContent: label, rel: "noreferrer noopener", target: "_blank" });
}
