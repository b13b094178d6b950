// The one dialog that asks: for a key, or whether something should be done.

import { byId } from "./dom.js";

const STORE = "footnote-key";
let asking = null;

export function storedKey() {
  return sessionStorage.getItem(STORE) || localStorage.getItem(STORE);
}

export function forgetKey() {
  sessionStorage.removeItem(STORE);
  localStorage.removeItem(STORE);
}

// Whether a key was entered. However many calls need one, it is asked for once.
export function askForKey(text) {
  asking ||= entered(text).finally(() => (asking = null));
  return asking;
}

export async function confirmed(title, text, action) {
  return answered({ title, text, action, wantsKey: false });
}

async function entered(text) {
  const action = "Use this key";
  const title = "This server asks for an API key";
  if (!(await answered({ title, text, action, wantsKey: true }))) return false;
  forgetKey();
  const store = byId("keep-key").checked ? localStorage : sessionStorage;
  store.setItem(STORE, byId("key").value.trim());
  byId("key").value = "";
  return true;
}

function answered({ title, text, action, wantsKey }) {
  const dialog = byId("asking");
  byId("asking-title").textContent = title;
  byId("asking-text").textContent = text;
  byId("asking-yes").textContent = action;
  byId("asking-key").hidden = !wantsKey;
  byId("key").required = wantsKey;
  byId("asking-no").onclick = () => dialog.close("");
  dialog.returnValue = "";
  return new Promise((resolve) => {
    // The event comes later than the closing: it may be of the time before, with the dialog open anew.
    dialog.onclose = () => dialog.open || resolve(dialog.returnValue === "yes");
    dialog.showModal();
  });
}
