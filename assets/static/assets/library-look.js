// The preview over the grid: pictures to zoom and move, pages, film, sound and text; arrows lead to the neighbours.

import { cards, grid, isBusyElsewhere, isTyping } from "./library-page.js";
import { choose, currentCard, focusCard } from "./library-selection.js";

const dialog = document.getElementById("al-look");
const ZOOMS = [1, 1.5, 2, 3, 4, 6, 8];
let shown = null;
let asked = 0;
let view = { x: 0, y: 0, zoom: 1 };

export async function lookAt(card) {
  if (!card) return;
  shown = card;
  asked += 1;
  const turn = asked;
  dialog.setAttribute("aria-busy", "true");
  if (!dialog.open) {
    dialog.textContent = dialog.dataset.textWait;
    dialog.showModal();
  }
  const answer = await fetch(card.dataset.lookUrl, { credentials: "same-origin" }).catch(() => null);
  if (turn !== asked || !dialog.open) return;
  dialog.removeAttribute("aria-busy");
  if (!answer?.ok) {
    dialog.close();
    return;
  }
  dialog.innerHTML = await answer.text();
  view = { x: 0, y: 0, zoom: 1 };
  dialog.tabIndex = -1;
  dialog.focus();
  await readText();
}

async function readText() {
  const box = dialog.querySelector("[data-text-url]");
  if (!box) return;
  const answer = await fetch(box.dataset.textUrl, { credentials: "same-origin" }).catch(() => null);
  if (answer && box.isConnected) box.textContent = await answer.text();
}

function step(by) {
  const all = cards();
  const next = all[all.indexOf(shown) + by];
  if (next) lookAt(next);
}

function zoom(by, at = null) {
  const image = dialog.querySelector("[data-stage] img");
  if (!image) return;
  const place = ZOOMS.findIndex((each) => each >= view.zoom);
  const before = view.zoom;
  view.zoom = ZOOMS[Math.min(Math.max((place < 0 ? ZOOMS.length - 1 : place) + by, 0), ZOOMS.length - 1)];
  if (at) {
    const box = image.parentElement.getBoundingClientRect();
    const x = at.clientX - box.left - box.width / 2;
    const y = at.clientY - box.top - box.height / 2;
    view.x = x - ((x - view.x) * view.zoom) / before;
    view.y = y - ((y - view.y) * view.zoom) / before;
  }
  if (view.zoom === 1) view = { x: 0, y: 0, zoom: 1 };
  if (view.zoom > 1 && image.dataset.closer) {
    const closer = image.dataset.closer;
    delete image.dataset.closer;
    const loaded = new Image();
    loaded.addEventListener("load", () => {
      image.src = closer;
    });
    loaded.src = closer;
  }
  draw();
}

function draw() {
  const image = dialog.querySelector("[data-stage] img");
  if (!image) return;
  image.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.zoom})`;
  image.parentElement.classList.toggle("is-zoomed", view.zoom > 1);
  dialog.querySelector("[data-zoom-level]").textContent = `${Math.round(view.zoom * 100)} %`;
}

dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("[data-closes]")) dialog.close();
  const button = event.target.closest("[data-zoom]");
  if (button) zoom(button.dataset.zoom === "in" ? 1 : -1);
});

dialog.addEventListener("dblclick", (event) => {
  if (event.target.closest("[data-stage]")) zoom(view.zoom > 1 ? -ZOOMS.length : 2, event);
});

dialog.addEventListener(
  "wheel",
  (event) => {
    if (!event.target.closest("[data-stage]")) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1 : -1, event);
  },
  { passive: false },
);

dialog.addEventListener("pointerdown", (event) => {
  const stage = event.target.closest("[data-stage]");
  if (!stage || view.zoom === 1) return;
  event.preventDefault();
  const start = { x: event.clientX - view.x, y: event.clientY - view.y };
  const move = (now) => {
    view.x = now.clientX - start.x;
    view.y = now.clientY - start.y;
    draw();
  };
  stage.setPointerCapture(event.pointerId);
  stage.addEventListener("pointermove", move);
  stage.addEventListener("pointerup", () => stage.removeEventListener("pointermove", move), { once: true });
});

dialog.addEventListener("keydown", (event) => {
  const isMedia = event.target.closest("video, audio");
  const isControl = event.target.closest("button, a");
  if (event.key === " " && !isMedia && !isControl) {
    event.preventDefault();
    dialog.close();
  }
  if (isMedia) return;
  if (event.key === "+" || event.key === "=") zoom(1);
  if (event.key === "-") zoom(-1);
  const steps = { ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1 };
  const isScrolled = event.target.closest(".al-pages, .al-text") && ["ArrowDown", "ArrowUp"].includes(event.key);
  if (event.key in steps && !isScrolled) {
    event.preventDefault();
    step(steps[event.key]);
  }
});

dialog.addEventListener("close", () => {
  asked += 1;
  dialog.replaceChildren();
  if (!shown?.isConnected) return;
  choose([shown.dataset.uuid]);
  focusCard(shown);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== " " || event.ctrlKey || event.metaKey || isBusyElsewhere() || isTyping(event.target)) return;
  const isInGrid = grid.contains(event.target) || event.target === document.body;
  if (!isInGrid || event.target.closest("button, summary, input")) return;
  event.preventDefault();
  lookAt(currentCard());
});
