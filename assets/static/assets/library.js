// The asset library: how it looks, and the modules that make it work.

import { grid, root, texts } from "./library-page.js";
import "./library-selection.js";
import "./library-scroll.js";
import "./library-look.js";
import "./library-rail.js";
import "./library-bulk.js";

const DENSITIES = ["small", "medium", "large"];

// What somebody likes to see is remembered by the server; the page changes at once.
function remember(name, value) {
  fetch(`${texts.facetsUrl}?${new URLSearchParams({ [name]: value, part: "looks" })}`, { credentials: "same-origin" });
}

for (const button of root.querySelectorAll("[data-layout]")) {
  button.addEventListener("click", () => {
    for (const other of root.querySelectorAll("[data-layout]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    grid.classList.toggle("is-list", button.dataset.layout === "list");
    grid.classList.toggle("is-grid", button.dataset.layout === "grid");
    remember("layout", button.dataset.layout);
  });
}

const density = root.querySelector("[data-density]");
density.addEventListener("input", () => {
  grid.classList.remove(...DENSITIES.map((name) => `is-${name}`));
  grid.classList.add(`is-${DENSITIES[density.value]}`);
});
density.addEventListener("change", () => remember("density", DENSITIES[density.value]));

for (const form of root.querySelectorAll("[data-autosubmit]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
