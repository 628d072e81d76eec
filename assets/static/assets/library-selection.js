// Which assets are selected: by click, by ticking, with the keyboard, with a rubber band, or everything that matches.

import { cardOf, cards, grid, isBusyElsewhere, isTyping, linkOf, root, texts } from "./library-page.js";

const form = document.querySelector("[data-selection]");
const bar = form.querySelector("[data-bar]");
const chosenText = form.querySelector("[data-chosen]");
const allField = form.querySelector("[data-all]");
const filterField = form.querySelector("[data-filter]");
const MOST_FIELDS = 500;

const selected = new Set();
let isAll = false;
let anchor = null;
let current = null;

export const chosen = () => [...selected];
export const isEverything = () => isAll;
export const currentCard = () => (current && cardOf(current)) || cards()[0];

export function fieldsOfSelection() {
  if (isAll) return { all: "1", query: form.elements.query.value };
  return { asset: chosen() };
}

export function choose(uuids, { add = false } = {}) {
  if (!add) selected.clear();
  isAll = false;
  for (const uuid of uuids) selected.add(uuid);
  show();
}

export function clear() {
  choose([]);
  anchor = null;
}

export function toggle(uuid) {
  isAll = false;
  if (!selected.delete(uuid)) selected.add(uuid);
  anchor = uuid;
  show();
}

export function chooseRange(to, { add = false } = {}) {
  const all = cards().map((card) => card.dataset.uuid);
  const start = Math.max(all.indexOf(anchor), 0);
  const end = all.indexOf(to);
  const [low, high] = start < end ? [start, end] : [end, start];
  choose(all.slice(low, high + 1), { add });
}

export function chooseEverything() {
  choose(cards().map((card) => card.dataset.uuid));
  isAll = true;
  show();
}

export function focusCard(card) {
  if (!card) return;
  for (const link of grid.querySelectorAll('.as-card-link[tabindex="0"]')) link.tabIndex = -1;
  current = card.dataset.uuid;
  const link = linkOf(card);
  link.tabIndex = 0;
  link.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

// Cards that have come in: one tab stop for the whole grid, ticks as they were.
export function adopt() {
  const all = cards();
  const stop = (current && cardOf(current)) || all[0];
  for (const card of all) {
    linkOf(card).tabIndex = card === stop ? 0 : -1;
    card.draggable = true;
  }
  if (isAll) for (const card of all) selected.add(card.dataset.uuid);
  show();
}

function show() {
  for (const card of cards()) {
    const isOn = selected.has(card.dataset.uuid);
    card.classList.toggle("is-selected", isOn);
    card.querySelector(".as-tick input").checked = isOn;
  }
  const count = selected.size;
  bar.hidden = count === 0;
  grid.classList.toggle("is-choosing", count > 0);
  const total = grid.dataset.count;
  const sentence = isAll ? texts.textAll.replace("%s", total) : count === 1 ? texts.textOne : texts.textMany.replace("%s", count);
  chosenText.textContent = count ? sentence : "";
  allField.value = isAll ? "1" : "";
  root.dispatchEvent(new CustomEvent("al:selection"));
}

// A form holds a thousand fields at most, so many assets travel as one filter.
form.addEventListener("formdata", (event) => {
  const data = event.formData;
  if (isAll) {
    data.delete("asset");
    data.set("filter", filterField.dataset.filter);
  } else if (selected.size > MOST_FIELDS) {
    data.delete("asset");
    data.set("filter", JSON.stringify({ field: "uuid", op: "in", value: chosen() }));
  } else {
    data.delete("asset");
    for (const uuid of selected) data.append("asset", uuid);
  }
});

grid.addEventListener("click", (event) => {
  const card = event.target.closest(".as-card");
  if (!card) return;
  const { uuid } = card.dataset;
  const tick = event.target.closest(".as-tick");
  if (tick) {
    event.preventDefault();
    if (event.shiftKey) chooseRange(uuid, { add: true });
    else toggle(uuid);
    return;
  }
  // A keyboard's Enter is a click without a place; it opens, and so does the name.
  if (!event.target.closest(".as-card-link") || event.detail === 0) return;
  const isName = event.target.closest(".as-name");
  const wantsMore = event.ctrlKey || event.metaKey || event.shiftKey;
  const isTouch = event.pointerType === "touch";
  if (isTouch && !selected.size) return;
  if (isName && !wantsMore && !isTouch) return;
  event.preventDefault();
  if (event.shiftKey) chooseRange(uuid, { add: event.ctrlKey || event.metaKey });
  else if (wantsMore || isTouch) toggle(uuid);
  else {
    choose([uuid]);
    anchor = uuid;
  }
  focusCard(card);
});

grid.addEventListener("dblclick", (event) => {
  const link = linkOf(event.target.closest(".as-card"));
  if (link && !event.target.closest(".as-tick")) window.location.assign(link.href);
});

document.addEventListener("keydown", (event) => {
  if (isBusyElsewhere() || isTyping(event.target)) return;
  if (event.key === "/" && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    document.getElementById("id_q").focus();
    return;
  }
  if (event.key === "Escape" && selected.size) {
    clear();
    return;
  }
  // A click between the pictures gives the focus to what surrounds them.
  const isInGrid = grid.contains(event.target) || event.target.contains(grid);
  if (!isInGrid) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a") {
    event.preventDefault();
    const isWhole = cards().every((card) => selected.has(card.dataset.uuid));
    if (isWhole && Number(grid.dataset.count) > selected.size) chooseEverything();
    else choose(cards().map((card) => card.dataset.uuid));
    return;
  }
  const card = currentCard();
  if (!card) return;
  if (event.key.toLowerCase() === "x" || (event.key === " " && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    toggle(card.dataset.uuid);
    return;
  }
  const next = neighbour(card, event.key);
  if (!next) return;
  event.preventDefault();
  const { uuid } = next.dataset;
  if (event.shiftKey) {
    anchor ??= card.dataset.uuid;
    chooseRange(uuid);
  } else if (!event.ctrlKey && !event.metaKey) {
    choose([uuid]);
    anchor = uuid;
  }
  focusCard(next);
});

export function neighbour(card, key) {
  const all = cards();
  const place = all.indexOf(card);
  const isFocused = linkOf(card) === document.activeElement;
  if (["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"].includes(key) && !isFocused) return card;
  const columns = all.filter((each) => each.offsetTop === all[0].offsetTop).length || 1;
  const steps = { ArrowDown: columns, ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns };
  if (key === "Home") return all[0];
  if (key === "End") return all.at(-1);
  if (!(key in steps)) return null;
  const target = place + steps[key];
  if (target < 0) return null;
  return all[target] ?? (key === "ArrowDown" && place < all.length - 1 ? all.at(-1) : null);
}

form.addEventListener("click", (event) => {
  if (event.target.closest("[data-clears]")) clear();
  if (event.target.closest("[data-select-all]")) chooseEverything();
});

// The rubber band: drawn from any empty place around the cards, with a mouse or a pen.
const area = root.querySelector(".al-main");
area.addEventListener("pointerdown", (event) => {
  const isFree = !event.target.closest(".as-card, a, button, input, select, label, summary, dialog, .al-bar, .al-top, .as-drop");
  if (!isFree || event.button !== 0 || event.pointerType === "touch") return;
  const start = { x: event.pageX, y: event.pageY };
  const before = event.ctrlKey || event.metaKey || event.shiftKey ? chosen() : [];
  let band = null;
  const move = (now) => {
    const box = {
      bottom: Math.max(start.y, now.pageY),
      left: Math.min(start.x, now.pageX),
      right: Math.max(start.x, now.pageX),
      top: Math.min(start.y, now.pageY),
    };
    if (!band && box.right - box.left + box.bottom - box.top < 8) return;
    now.preventDefault();
    band ??= drawBand();
    Object.assign(band.style, {
      height: `${box.bottom - box.top}px`,
      left: `${box.left}px`,
      top: `${box.top}px`,
      width: `${box.right - box.left}px`,
    });
    choose([...before, ...cards().filter((card) => meets(card, box)).map((card) => card.dataset.uuid)]);
    const edge = now.clientY < 40 ? -18 : now.clientY > window.innerHeight - 40 ? 18 : 0;
    if (edge) window.scrollBy(0, edge);
  };
  const end = () => {
    document.removeEventListener("pointermove", move);
    document.body.classList.remove("is-banding");
    if (band) {
      band.remove();
      [anchor] = selected;
    } else if (!before.length && event.target.closest("#grid")) clear();
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end, { once: true });
});

function drawBand() {
  const band = document.createElement("div");
  band.className = "al-band";
  document.body.append(band);
  document.body.classList.add("is-banding");
  return band;
}

function meets(card, box) {
  const place = card.getBoundingClientRect();
  const left = place.left + window.scrollX;
  const top = place.top + window.scrollY;
  return left < box.right && left + place.width > box.left && top < box.bottom && top + place.height > box.top;
}

new MutationObserver(() => adopt()).observe(grid, { childList: true, subtree: true });
adopt();
