// What the library's modules share: the page's root, posting with the token, and sentences for the person.

export const root = document.querySelector("[data-library]");
export const grid = document.getElementById("grid");
export const texts = root.dataset;
const toast = document.querySelector("[data-toast]");
let timer = 0;

export const cards = () => [...grid.querySelectorAll(".as-card")];
export const cardOf = (uuid) => grid.querySelector(`.as-card[data-uuid="${uuid}"]`);
export const linkOf = (card) => card?.querySelector(".as-card-link");
export const query = () => window.location.search;

export function tell(sentence, url = "", label = "") {
  if (!sentence) return;
  clearTimeout(timer);
  toast.textContent = sentence;
  if (url) {
    const link = document.createElement("a");
    link.href = url;
    link.textContent = label;
    toast.append(" ", link);
  }
  toast.hidden = false;
  timer = setTimeout(() => {
    toast.hidden = true;
  }, 9000);
}

// Posts fields and returns the answer; tells the person why where it did not work, and returns null.
export async function post(url, fields) {
  const body = fields instanceof FormData ? fields : new FormData();
  if (!(fields instanceof FormData)) {
    for (const [name, value] of Object.entries(fields)) {
      for (const each of Array.isArray(value) ? value : [value]) body.append(name, each);
    }
  }
  body.set("csrfmiddlewaretoken", root.querySelector("[name=csrfmiddlewaretoken]").value);
  try {
    const answer = await fetch(url, {
      body,
      credentials: "same-origin",
      headers: { "X-Requested-With": "fetch" },
      method: "POST",
    });
    if (answer.ok) return answer;
    const isJson = answer.headers.get("Content-Type")?.includes("json");
    tell(isJson ? (await answer.json()).message : texts.textFailed);
  } catch {
    tell(texts.textFailed);
  }
  return null;
}

export function messageOf(answer) {
  const holder = document.createElement("textarea");
  holder.innerHTML = answer.headers.get("X-Message") ?? "";
  return holder.value;
}

export const isTyping = (target) =>
  target.closest?.("input:not([type=checkbox]):not([type=range]), textarea, select, [contenteditable=true]") !== null &&
  target.closest !== undefined;

export const isBusyElsewhere = () => document.querySelector("dialog[open]") !== null;
