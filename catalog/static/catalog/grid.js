// The product grid: ticking rows, opening the variants of a model, choosing channel and locale.

import "../pim/dialogs.js";

const form = document.getElementById("grid-form");
const bar = form?.querySelector("[data-bulk]");

function countTicks() {
  if (!bar) return;
  const ticks = form.querySelectorAll('input[name="sku"]:checked').length;
  bar.hidden = ticks === 0;
  bar.querySelector("[data-selected]").textContent = ticks ? `${ticks} ✓` : "";
  if (!ticks) bar.querySelector('[name="all"]').checked = false;
}

form?.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) {
    for (const tick of form.querySelectorAll('input[name="sku"]')) tick.checked = event.target.checked;
  }
  countTicks();
});

let lastTick = null;
form?.addEventListener("click", (event) => {
  const tick = event.target.closest('input[name="sku"]');
  if (!tick) return;
  if (event.shiftKey && lastTick) {
    const ticks = [...form.querySelectorAll('input[name="sku"]')];
    const [from, to] = [ticks.indexOf(lastTick), ticks.indexOf(tick)].sort((a, b) => a - b);
    for (const each of ticks.slice(from, to + 1)) each.checked = tick.checked;
    countTicks();
  }
  lastTick = tick;
});

form?.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-expand]");
  if (!button) return;
  const row = button.closest("tr");
  const depth = Number(row.dataset.depth);
  if (button.getAttribute("aria-expanded") === "true") {
    let next = row.nextElementSibling;
    while (next && Number(next.dataset.depth) > depth) {
      const gone = next;
      next = next.nextElementSibling;
      gone.remove();
    }
    button.setAttribute("aria-expanded", "false");
    countTicks();
    return;
  }
  const url = new URL(button.dataset.expand, window.location.href);
  url.search = window.location.search;
  url.searchParams.set("depth", String(depth));
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) return;
  row.insertAdjacentHTML("afterend", await answer.text());
  button.setAttribute("aria-expanded", "true");
});

for (const each of document.querySelectorAll("[data-autosubmit]")) {
  each.addEventListener("change", (event) => {
    const name = event.target.dataset.sets;
    if (name) each.elements[name].value = event.target.checked ? "1" : "0";
    each.submit();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.target.closest("input, textarea, select, [contenteditable]")) {
    event.preventDefault();
    document.querySelector('[data-shortcut="/"]')?.focus();
  }
});

countTicks();
