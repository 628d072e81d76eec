// A grid that grows while it is scrolled, in both directions; the address is always that of what is on screen.

import { cardOf, cards, grid, root, tell, texts } from "./library-page.js";

const NEAR_PX = 1200;
const pager = document.querySelector("[data-pager]");
const more = document.querySelector("[data-more]");
const top = document.createElement("button");
let isLoading = false;
let hasMoved = false;

top.type = "button";
top.className = "vt-button al-earlier";
top.textContent = pager.querySelector("[rel=prev]")?.textContent ?? "";
pager.hidden = true;
grid.before(top);

const pages = () => [...grid.querySelectorAll("[data-page]")];

function offer() {
  const [first] = pages();
  const last = pages().at(-1);
  top.hidden = !first?.dataset.previous;
  more.textContent = last?.dataset.next || cards().length < 20 ? "" : texts.textEnd;
}

async function load(isForward) {
  const edge = isForward ? pages().at(-1) : pages()[0];
  const url = isForward ? edge?.dataset.next : edge?.dataset.previous;
  if (!url || isLoading) return;
  isLoading = true;
  more.textContent = isForward ? texts.textLoading : more.textContent;
  try {
    const answer = await fetch(`${root.dataset.url}${url}&part=cards`, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const holder = document.createElement("template");
    holder.innerHTML = (await answer.text()).trim();
    const page = holder.content.querySelector("[data-page]");
    // What was uploaded or changed meanwhile may come twice.
    for (const card of page.querySelectorAll(".as-card")) if (cardOf(card.dataset.uuid)) card.remove();
    if (isForward) edge.after(page);
    else prepend(page, edge);
  } catch {
    tell(texts.textFailed);
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
  isLoading = false;
  offer();
  look();
}

function prepend(page, edge) {
  const before = document.documentElement.scrollHeight;
  const place = window.scrollY;
  edge.before(page);
  window.scrollTo({ behavior: "instant", top: place + document.documentElement.scrollHeight - before });
}

function look() {
  const fromEnd = document.documentElement.scrollHeight - window.scrollY - window.innerHeight;
  if (fromEnd < NEAR_PX) load(true);
  else if (hasMoved && window.scrollY < NEAR_PX / 4) load(false);
}

let isPlanned = false;
window.addEventListener(
  "scroll",
  () => {
    hasMoved = true;
    if (isPlanned) return;
    isPlanned = true;
    setTimeout(() => {
      isPlanned = false;
      remember();
      look();
    }, 150);
  },
  { passive: true },
);

function remember() {
  const seen = cards().find((card) => card.getBoundingClientRect().bottom > 60);
  const page = seen?.closest("[data-page]");
  if (!page) return;
  const url = page.dataset.url === "?" ? window.location.pathname : page.dataset.url;
  window.history.replaceState({ uuid: seen.dataset.uuid }, "", url);
}

function restore() {
  const [entry] = performance.getEntriesByType("navigation");
  const uuid = window.history.state?.uuid;
  if (!uuid || entry?.type === "navigate") return;
  cardOf(uuid)?.scrollIntoView({ behavior: "instant", block: "start" });
}

window.history.scrollRestoration = "manual";
top.addEventListener("click", () => load(false));
offer();
restore();
look();
