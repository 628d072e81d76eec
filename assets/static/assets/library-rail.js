// The rail: folders that take what is dropped on them, collections, saved views, and filters that are counted afterwards.

import { cardOf, cards, grid, messageOf, post, query, root, tell, texts } from "./library-page.js";
import { choose, chosen, fieldsOfSelection, isEverything } from "./library-selection.js";

const rail = document.getElementById("al-rail");
const ASSETS = "application/x-vitrine-assets";
const FOLDER = "application/x-vitrine-folder";
const OPEN = "vitrine.library.folders";
const FOLDED = "vitrine.library.facets";
let counts = new Map();

const box = (name) => rail.querySelector(`[data-box="${name}"]`);
const labelOf = (element) => element.closest("[data-label]")?.dataset.label ?? "";

async function change(name, fields) {
  const answer = await post(texts[`${name}Url`] + query(), fields);
  if (!answer) return false;
  box(name).innerHTML = await answer.text();
  tell(messageOf(answer), answer.headers.get("X-Job") ?? "", answer.headers.get("X-Job-Label") ?? "");
  unfold();
  count();
  return true;
}

// Counts come after the page, so that looking at pictures never waits for them.
async function countFacets() {
  const place = rail.querySelector("[data-facets]");
  const answer = await fetch(texts.facetsUrl + query(), { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) {
    place.textContent = texts.textFailed;
    return;
  }
  place.innerHTML = await answer.text();
  const data = place.querySelector("[data-folder-counts]").content.querySelectorAll("data");
  counts = new Map([...data].map((each) => [each.textContent, each.value]));
  const folded = read(FOLDED);
  for (const facet of place.querySelectorAll("[data-facet]")) {
    if (facet.dataset.facet in folded) facet.open = folded[facet.dataset.facet];
  }
  count();
}

function count() {
  for (const place of rail.querySelectorAll("[data-count-folder]")) {
    place.textContent = counts.get(place.dataset.countFolder) ?? "";
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function keep(key, name, value) {
  try {
    localStorage.setItem(key, JSON.stringify({ ...read(key), [name]: value }));
  } catch {
    // A browser that keeps nothing shows the rail as the server wrote it.
  }
}

function unfold() {
  const open = read(OPEN);
  for (const button of rail.querySelectorAll("[data-twist]")) {
    const code = button.closest("[data-folder]").dataset.folder;
    if (code in open) twist(button, open[code]);
  }
}

function twist(button, isOpen) {
  button.setAttribute("aria-expanded", String(isOpen));
  const list = button.closest("[data-folder]").querySelector(":scope > ul");
  if (list) list.hidden = !isOpen;
}

rail.addEventListener(
  "toggle",
  (event) => {
    const { facet } = event.target.dataset;
    if (facet) keep(FOLDED, facet, event.target.open);
  },
  true,
);

// A line to type a name into, where the name will stand.
function ask(after, value, done) {
  rail.querySelector(".al-naming")?.remove();
  const field = document.createElement("input");
  field.className = "vt-input al-naming";
  field.value = value;
  field.maxLength = 100;
  field.setAttribute("aria-label", texts.textNewFolder);
  field.placeholder = texts.textNewFolder;
  after.after(field);
  field.focus();
  field.select();
  let isOver = false;
  const end = async (isKept) => {
    if (isOver) return;
    isOver = true;
    const name = field.value.trim();
    if (isKept && name && name !== value) await done(name);
    field.remove();
  };
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") end(true);
    if (event.key === "Escape") end(false);
  });
  field.addEventListener("blur", () => end(true));
}

const nodeOf = (code) => rail.querySelector(`[data-folder="${CSS.escape(code)}"] > .al-node`);

rail.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { dataset } = button;
  button.closest("details.al-menu")?.removeAttribute("open");
  if ("twist" in dataset) {
    const isOpen = button.getAttribute("aria-expanded") !== "true";
    twist(button, isOpen);
    keep(OPEN, button.closest("[data-folder]").dataset.folder, isOpen);
  } else if ("folderNew" in dataset) {
    const after = dataset.folderNew ? nodeOf(dataset.folderNew) : box("folders").querySelector(".al-node");
    ask(after, "", (name) => {
      if (dataset.folderNew) keep(OPEN, dataset.folderNew, true);
      return change("folders", { action: "create", name, parent: dataset.folderNew });
    });
  } else if (dataset.folderRename) {
    ask(nodeOf(dataset.folderRename), labelOf(button), (name) =>
      change("folders", { action: "rename", code: dataset.folderRename, name }),
    );
  } else if (dataset.folderMove) {
    offerPlaces(dataset.folderMove);
  } else if (dataset.folderDelete) {
    if (!window.confirm(texts.textSureFolder.replace("%s", labelOf(button)))) return;
    change("folders", { action: "delete", code: dataset.folderDelete });
  } else if (dataset.collectionNew) {
    const fields = dataset.collectionNew === "create" ? fieldsOfSelection() : {};
    ask(box("collections").querySelector(".al-box-head"), "", (name) =>
      change("collections", { ...fields, action: dataset.collectionNew, name }),
    );
  } else if (dataset.collectionRename) {
    ask(button.closest(".al-node"), labelOf(button), (name) =>
      change("collections", { action: "rename", collection: dataset.collectionRename, name }),
    );
  } else if (dataset.collectionDelete) {
    if (!window.confirm(texts.textSureCollection.replace("%s", labelOf(button)))) return;
    change("collections", { action: "delete", collection: dataset.collectionDelete });
  } else if ("viewNew" in dataset) {
    ask(box("views").querySelector(".al-box-head"), "", (name) => change("views", { action: "save", name }));
  } else if (dataset.viewDelete) {
    change("views", { action: "delete", view: dataset.viewDelete });
  }
});

// Moving without a mouse: a list of the other folders.
function offerPlaces(code) {
  const own = rail.querySelector(`[data-folder="${CSS.escape(code)}"]`);
  const select = document.createElement("select");
  select.className = "vt-input al-naming";
  select.setAttribute("aria-label", labelOf(own.querySelector("a")));
  select.append(new Option("…", "="), new Option("/", ""));
  for (const folder of rail.querySelectorAll("[data-folder]")) {
    if (!own.contains(folder)) select.append(new Option(labelOf(folder.querySelector("a")), folder.dataset.folder));
  }
  own.querySelector(".al-node").after(select);
  select.focus();
  select.addEventListener("change", () => change("folders", { action: "move", code, parent: select.value }));
  select.addEventListener("keydown", (event) => event.key === "Escape" && select.remove());
}

// Menus close when something else is done.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.al-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener(
  "toggle",
  (event) => {
    if (!event.target.open || !event.target.matches("details.al-menu")) return;
    for (const menu of document.querySelectorAll("details.al-menu[open]")) menu.open = menu === event.target;
  },
  true,
);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.al-menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// Drag: assets onto folders and collections, folders into folders, assets of a collection to another place.
grid.addEventListener("dragstart", (event) => {
  const card = event.target.closest(".as-card");
  if (!card) return;
  const { uuid } = card.dataset;
  if (!chosen().includes(uuid)) choose([uuid]);
  event.dataTransfer.setData(ASSETS, JSON.stringify(chosen()));
  event.dataTransfer.effectAllowed = "copyMove";
  const badge = document.createElement("div");
  badge.className = "al-dragged";
  badge.textContent = isEverything() ? texts.textAll.replace("%s", grid.dataset.count) : String(chosen().length);
  document.body.append(badge);
  event.dataTransfer.setDragImage(badge, -12, -12);
  setTimeout(() => badge.remove());
});

rail.addEventListener("dragstart", (event) => {
  const folder = event.target.closest("[data-folder]");
  if (folder) event.dataTransfer.setData(FOLDER, folder.dataset.folder);
});

const carries = (event, type) => event.dataTransfer.types.includes(type);

function targetOf(event) {
  const target = event.target.closest?.("[data-drop-folder], [data-drop-collection]");
  if (!target) return null;
  const isFolder = "dropFolder" in target.dataset;
  if (carries(event, ASSETS)) return isFolder && !("mayChange" in texts) ? null : target;
  return isFolder && carries(event, FOLDER) ? target : null;
}

rail.addEventListener("dragover", (event) => {
  const target = targetOf(event);
  mark(target);
  if (target) event.preventDefault();
});
rail.addEventListener("dragleave", (event) => {
  if (!rail.contains(event.relatedTarget)) mark(null);
});
document.addEventListener("dragend", () => {
  mark(null);
  grid.querySelector(".is-before")?.classList.remove("is-before");
});

function mark(target) {
  for (const other of rail.querySelectorAll(".is-target")) if (other !== target) other.classList.remove("is-target");
  target?.classList.add("is-target");
}

rail.addEventListener("drop", async (event) => {
  const target = targetOf(event);
  if (!target) return;
  event.preventDefault();
  mark(null);
  const code = target.dataset.dropFolder;
  if (carries(event, FOLDER)) {
    const moved = event.dataTransfer.getData(FOLDER);
    if (moved !== code) change("folders", { action: "move", code: moved, parent: code });
    return;
  }
  const assets = JSON.parse(event.dataTransfer.getData(ASSETS));
  const fields = isEverything() ? fieldsOfSelection() : { asset: assets };
  if (target.dataset.dropCollection) {
    change("collections", { ...fields, action: "add", collection: target.dataset.dropCollection });
  } else if (await change("folders", { ...fields, action: "file", code })) {
    choose([]);
    countFacets();
  }
});

if ("mayOrder" in texts) {
  grid.addEventListener("dragover", (event) => {
    const card = event.target.closest(".as-card");
    if (!card || !carries(event, ASSETS)) return;
    event.preventDefault();
    for (const other of grid.querySelectorAll(".is-before")) if (other !== card) other.classList.remove("is-before");
    card.classList.add("is-before");
  });
  grid.addEventListener("drop", async (event) => {
    const card = event.target.closest(".as-card");
    if (!card || !carries(event, ASSETS)) return;
    event.preventDefault();
    card.classList.remove("is-before");
    await order(JSON.parse(event.dataTransfer.getData(ASSETS)), card);
  });
  // Without a mouse: Alt and an arrow move what is selected.
  grid.addEventListener("keydown", async (event) => {
    const card = event.target.closest(".as-card");
    if (!event.altKey || !card || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const all = cards();
    const place = all.indexOf(card);
    const before = event.key === "ArrowLeft" ? all[place - 1] : (all[place + 2] ?? null);
    if (event.key === "ArrowLeft" ? place > 0 : place < all.length - 1) {
      await order([card.dataset.uuid], before);
      card.querySelector(".as-card-link").focus();
    }
  });
}

async function order(uuids, before) {
  if (before && uuids.includes(before.dataset.uuid)) return;
  const fields = { action: "order", asset: uuids, before: before?.dataset.uuid ?? "", collection: texts.collection };
  if (!(await change("collections", fields))) return;
  const moved = uuids.map(cardOf).filter(Boolean);
  if (before) before.before(...moved);
  else cards().at(-1).after(...moved);
}

document.querySelector("[data-takes-out]")?.addEventListener("click", async () => {
  const uuids = chosen();
  if (!(await change("collections", { action: "remove", asset: uuids, collection: texts.collection }))) return;
  for (const uuid of uuids) cardOf(uuid)?.remove();
  choose([]);
});

// On a phone the rail lies over the grid.
for (const button of document.querySelectorAll("[data-rail]")) {
  button.addEventListener("click", () => {
    const isOpen = document.body.classList.toggle("al-railed");
    document.querySelector(".al-open").setAttribute("aria-expanded", String(isOpen));
    (isOpen ? rail.querySelector(".al-close") : document.querySelector(".al-open")).focus();
  });
}
rail.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("al-railed")) document.querySelector(".al-close").click();
});

unfold();
countFacets();
