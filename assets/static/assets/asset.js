// The page of an asset: tabs, the form's marks of what has changed, and the modules of its parts.

import { addChips } from "./chips.js";
import { editCrops } from "./crops.js";
import { turnLeaves } from "./leaves.js";
import { markRegions } from "./marks.js";
import { receiveFile } from "./replacing.js";
import { openStage } from "./stage.js";
import { talk } from "./talking.js";
import { awaitFile } from "./waiting.js";

const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

const tabs = followTabs();
const viewer = document.getElementById("viewer");
const stage = viewer?.classList.contains("is-picture") ? openStage(viewer) : null;
if (stage) {
  editCrops(stage, sendCrops);
  turnLeaves(stage);
}
const marks = stage ? markRegions(stage, () => tabs.show("comments")) : null;
talk(token, marks);
addChips();
receiveFile(token, viewer);
awaitFile();
watchForm();
chooseLocale();
searchMetadata();
copyAddresses();
showText();
watchFilm();
openConflict();

function followTabs() {
  const all = [...document.querySelectorAll(".ap-tabs [role=tab]")];
  const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
  const select = (tab, { focus = false } = {}) => {
    for (const each of all) {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
      panelOf(each).hidden = each !== tab;
    }
    if (focus) tab.focus();
    tab.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  };
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    const panel = target?.closest(".ap-panel");
    const tab = panel && all.find((each) => each.getAttribute("aria-controls") === panel.id);
    if (!tab) return false;
    select(tab);
    if (target !== panel) {
      target.scrollIntoView({ block: "center" });
      target.classList.add("is-target");
    }
    return true;
  };
  for (const [number, tab] of all.entries()) {
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      history.replaceState(null, "", tab.hash);
      select(tab);
    });
    tab.addEventListener("keydown", (event) => {
      const to = { ArrowRight: number + 1, ArrowLeft: number - 1, Home: 0, End: all.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      select(all[(to + all.length) % all.length], { focus: true });
    });
  }
  window.addEventListener("hashchange", follow);
  if (document.querySelector("#details .has-errors, #conflict") || !follow()) select(all[0]);
  return { show: (id) => select(all.find((tab) => tab.getAttribute("aria-controls") === id)) };
}

async function sendCrops(body) {
  const panel = document.getElementById("crops");
  try {
    const answer = await fetch(panel.dataset.url, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ ...body, revision: Number(panel.dataset.revision) }),
    });
    const content = await answer.json();
    const revision = content.revision ?? content.present?.revision;
    if (revision) panel.dataset.revision = revision;
    return { ok: answer.ok, ...content };
  } catch {
    return { ok: false, message: panel.dataset.textFailed };
  }
}

// A row is marked as changed while its fields differ from what the server sent.
function watchForm() {
  const form = document.getElementById("asset_form");
  if (!form) return;
  const read = (row) =>
    [...row.querySelectorAll("input, textarea, select")]
      .map((field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value))
      .join("\u0000");
  const rows = new Map([...form.querySelectorAll(".ap-row")].map((row) => [row, read(row)]));
  const count = form.querySelector("[data-dirty-count]");
  const check = () => {
    let changed = 0;
    for (const [row, before] of rows) {
      const isDirty = read(row) !== before;
      changed += Number(isDirty);
      row.querySelector(".ap-dirty").hidden = !isDirty;
    }
    count.textContent = changed === 0 ? "" : changed === 1 ? count.dataset.one : count.dataset.many.replace("#", changed);
  };
  form.addEventListener("input", check);
  form.addEventListener("change", check);
  form.addEventListener("chips", () => {
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// Texts are shown in one locale at a time; the rings say which of them lack something.
function chooseLocale() {
  const rings = [...document.querySelectorAll(".ap-ring")];
  if (!rings.length) return;
  const select = (ring, { focus = false } = {}) => {
    for (const each of rings) {
      each.setAttribute("aria-checked", String(each === ring));
      each.tabIndex = each === ring ? 0 : -1;
    }
    for (const part of document.querySelectorAll("[data-for-locale]")) {
      part.hidden = part.dataset.forLocale !== ring.dataset.locale;
    }
    if (focus) ring.focus();
  };
  for (const [number, ring] of rings.entries()) {
    ring.addEventListener("click", () => select(ring));
    ring.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      select(rings[(number + step + rings.length) % rings.length], { focus: true });
    });
  }
  const refused = document.querySelector("#details .has-errors[data-for-locale]")?.dataset.forLocale;
  const spoken = document.documentElement.lang.slice(0, 2);
  select(
    rings.find((ring) => ring.dataset.locale === refused) ??
      rings.find((ring) => ring.dataset.locale.startsWith(spoken)) ??
      rings[0],
  );
  document.getElementById("details").addEventListener("click", (event) => {
    const link = event.target.closest("a[data-jump]");
    const row = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!row) return;
    event.preventDefault();
    row.scrollIntoView({ block: "center" });
    row.querySelector("input, textarea, select")?.focus({ preventScroll: true });
  });
}

function searchMetadata() {
  const box = document.querySelector("[data-find-metadata]");
  if (!box) return;
  const groups = [...document.querySelectorAll("[data-metadata] .ap-group")];
  const nothing = document.querySelector("[data-nothing]");
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const group of groups) {
      let inGroup = 0;
      for (const fact of group.querySelectorAll(".ap-fact")) {
        fact.hidden = !words.every((word) => fact.dataset.words.includes(word));
        inGroup += Number(!fact.hidden);
      }
      group.hidden = inGroup === 0;
      found += inGroup;
    }
    nothing.hidden = found > 0;
  });
  const button = document.querySelector("[data-raw-metadata]");
  const raw = document.getElementById("raw-json");
  button.addEventListener("click", () => {
    raw.textContent ||= JSON.stringify(JSON.parse(document.getElementById("raw-metadata").textContent), null, 2);
    raw.hidden = !raw.hidden;
    button.setAttribute("aria-expanded", String(!raw.hidden));
  });
}

function copyAddresses() {
  const status = document.querySelector("[data-copied]");
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard?.writeText(new URL(button.dataset.copy, window.location.href).href);
    button.classList.add("is-done");
    status.textContent = status.dataset.text;
    setTimeout(() => {
      button.classList.remove("is-done");
      status.textContent = "";
    }, 1500);
  });
}

async function showText() {
  const box = document.querySelector("[data-text-url]");
  if (!box) return;
  const answer = await fetch(box.dataset.textUrl, { credentials: "same-origin" });
  box.textContent = await answer.text();
}

// A browser that can play the sound alone, or nothing, says nothing about it.
function watchFilm() {
  const film = viewer?.querySelector("video");
  if (!film) return;
  const apologise = () => (viewer.querySelector("[data-film-sorry]").hidden = film.videoWidth > 0);
  film.addEventListener("loadedmetadata", apologise);
  film.addEventListener("error", apologise);
  if (film.readyState > 0 || film.error) apologise();
}

function openConflict() {
  const dialog = document.getElementById("conflict");
  if (!dialog) return;
  dialog.close();
  dialog.showModal();
}
