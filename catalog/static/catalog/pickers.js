// Pickers: a box that suggests categories, groups and products; and the dialog of the asset library.

import { openDialog } from "../pim/dialogs.js";

const WAIT_MS = 180;
const CHECK_EVERY_MS = 1000;
const CHECKS = 60;

function changed(element) {
  element.dispatchEvent(new Event("input", { bubbles: true }));
}

// Suggestions

for (const box of document.querySelectorAll("[data-suggest]")) {
  const input = box.querySelector(".vp-suggest");
  if (!input) continue;
  const list = document.createElement("ul");
  list.className = "vp-options";
  list.setAttribute("role", "listbox");
  list.id = `options-${box.dataset.name}`;
  list.hidden = true;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.after(list);
  let timer = 0;

  const open = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
  };

  const choose = (found) => {
    addRow(box, found);
    input.value = "";
    open(false);
    changed(input);
  };

  const look = async () => {
    const url = new URL(box.dataset.suggest, window.location.href);
    url.searchParams.set("q", input.value);
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) return;
    const { results } = await answer.json();
    list.replaceChildren(
      ...results.map((found, number) => {
        const item = document.createElement("li");
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", String(number === 0));
        item.found = found;
        if (found.image) {
          const image = document.createElement("img");
          image.src = found.image;
          image.alt = "";
          item.append(image);
        }
        const label = document.createElement("span");
        label.textContent = found.label;
        const hint = document.createElement("span");
        hint.className = "vt-quiet vt-code";
        hint.textContent = found.hint;
        item.append(label, hint);
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          choose(found);
        });
        return item;
      }),
    );
    open(results.length > 0);
  };

  input.addEventListener("input", (event) => {
    event.stopPropagation();
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  });
  input.addEventListener("focus", () => {
    if (!box.dataset.suggest.includes("kind=product")) look();
  });
  input.addEventListener("blur", () => open(false));
  input.addEventListener("keydown", (event) => {
    const items = [...list.children];
    const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && items.length) {
      event.preventDefault();
      items[at]?.setAttribute("aria-selected", "false");
      const next = items[(at + step + items.length) % items.length];
      next.setAttribute("aria-selected", "true");
      next.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!list.hidden && items[at]) choose(items[at].found);
    } else if (event.key === "Escape") {
      open(false);
    }
  });
}

function addRow(box, found) {
  const list = box.querySelector(".vp-list");
  const name = box.dataset.name;
  if ([...list.querySelectorAll(`input[name="${name}"]`)].some((input) => input.value === found.value)) return;
  const row = document.createElement("li");
  const input = document.createElement("input");
  input.type = "hidden";
  input.name = name;
  input.value = found.value;
  row.append(input);
  if (found.image) {
    const image = document.createElement("img");
    image.src = found.image;
    image.alt = "";
    row.append(image);
  }
  const label = document.createElement("span");
  label.textContent = found.label;
  row.append(label);
  if (box.dataset.quantity) {
    const quantity = document.createElement("input");
    quantity.type = "text";
    quantity.inputMode = "decimal";
    quantity.name = box.dataset.quantity;
    quantity.className = "vp-quantity";
    quantity.value = "1";
    row.append(quantity);
  }
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "vp-remove";
  remove.dataset.remove = "";
  remove.setAttribute("aria-label", `× ${found.label}`);
  remove.textContent = "×";
  row.append(remove);
  list.append(row);
}

document.addEventListener("click", (event) => {
  const remove = event.target.closest("[data-remove]");
  if (!remove) return;
  const box = remove.closest("[data-suggest]");
  remove.closest("li").remove();
  changed(box.querySelector(".vp-suggest"));
  box.closest("form").dispatchEvent(new Event("input", { bubbles: true }));
});

// Assets

let picker = null;

function uuids(box) {
  return [...box.querySelectorAll(".vp-asset")].map((tile) => tile.dataset.uuid);
}

function store(box) {
  const input = box.querySelector("input[type=hidden]");
  input.value = uuids(box).join(",");
  changed(input);
}

function addAsset(box, { uuid, thumbnail, title }) {
  const list = box.querySelector(".vp-assets");
  if (!("multiple" in box.dataset)) list.replaceChildren();
  if (uuids(box).includes(uuid)) return;
  const tile = document.createElement("li");
  tile.className = "vp-asset";
  tile.dataset.uuid = uuid;
  tile.draggable = true;
  if (thumbnail) {
    const image = document.createElement("img");
    image.src = thumbnail;
    image.alt = title;
    tile.append(image);
  } else {
    const file = document.createElement("span");
    file.className = "vp-file";
    file.textContent = title;
    tile.append(file);
  }
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "vp-drop";
  drop.dataset.drop = "";
  drop.setAttribute("aria-label", `× ${title}`);
  drop.textContent = "×";
  tile.append(drop);
  list.append(tile);
}

document.addEventListener("click", (event) => {
  const choose = event.target.closest("[data-choose]");
  if (choose) {
    picker = choose.closest("[data-picker]");
    openDialog(picker.dataset.url);
    return;
  }
  const drop = event.target.closest("[data-drop]");
  if (drop) {
    const box = drop.closest("[data-picker]");
    drop.closest(".vp-asset").remove();
    store(box);
    return;
  }
  const tile = event.target.closest(".vp-tile");
  if (tile && picker) {
    if (!("multiple" in picker.dataset)) {
      addAsset(picker, tile.dataset);
      store(picker);
      tile.closest("dialog").close();
      return;
    }
    tile.setAttribute("aria-pressed", String(tile.getAttribute("aria-pressed") !== "true"));
    return;
  }
  const take = event.target.closest("[data-take]");
  if (take && picker) {
    for (const chosen of take.closest("dialog").querySelectorAll('.vp-tile[aria-pressed="true"]')) {
      addAsset(picker, chosen.dataset);
    }
    store(picker);
    take.closest("dialog").close();
  }
});

let searching = 0;
document.addEventListener("input", (event) => {
  const search = event.target.closest("[data-asset-search]");
  if (!search || !picker) return;
  clearTimeout(searching);
  searching = setTimeout(async () => {
    const url = new URL(picker.dataset.url, window.location.href);
    url.searchParams.set("q", search.value);
    url.searchParams.set("tiles", "1");
    const answer = await fetch(url, { credentials: "same-origin" });
    if (answer.ok) search.closest("dialog").querySelector("[data-tiles]").innerHTML = await answer.text();
  }, WAIT_MS);
});

document.addEventListener("change", async (event) => {
  const input = event.target.closest("[data-upload]");
  if (!input || !picker) return;
  const dialog = input.closest("dialog");
  const state = dialog.querySelector("[data-upload-state]");
  const token = dialog.querySelector("[name=csrfmiddlewaretoken]").value;
  for (const file of input.files) {
    state.textContent = `${file.name}: ${state.dataset.textChecking}`;
    const body = new FormData();
    body.append("file", file);
    const answer = await fetch(input.dataset.upload, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token },
      credentials: "same-origin",
    });
    const card = read(await answer.text());
    if (!answer.ok || !card) {
      state.textContent = `${file.name}: ${state.dataset.textFailed}`;
      continue;
    }
    const ready = await wait(card);
    if (ready.dataset.state === "ready") {
      const image = ready.querySelector("img");
      addAsset(picker, { uuid: ready.dataset.uuid, thumbnail: image?.getAttribute("src") ?? "", title: file.name });
      store(picker);
      state.textContent = `${file.name} ✓`;
    } else {
      state.textContent = `${file.name}: ${
        ready.dataset.state === "failed" ? state.dataset.textFailed : state.dataset.textSlow
      }`;
    }
  }
  input.value = "";
});

function read(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.querySelector("[data-uuid]");
}

async function wait(card) {
  for (let n = 0; n < CHECKS && card.dataset.state === "waiting"; n += 1) {
    await new Promise((done) => setTimeout(done, CHECK_EVERY_MS));
    const answer = await fetch(card.dataset.cardUrl, { credentials: "same-origin" });
    card = read(await answer.text()) ?? card;
  }
  return card;
}

// Order by dragging, or with the arrow keys on a focused tile's link.

let moving = null;
document.addEventListener("dragstart", (event) => {
  moving = event.target.closest(".vp-asset[draggable]");
  moving?.classList.add("is-moving");
});
document.addEventListener("dragover", (event) => {
  const over = event.target.closest(".vp-asset");
  if (!moving || !over || over === moving || over.parentElement !== moving.parentElement) return;
  event.preventDefault();
  const box = over.getBoundingClientRect();
  over[event.clientX < box.left + box.width / 2 ? "before" : "after"](moving);
});
document.addEventListener("dragend", () => {
  if (!moving) return;
  moving.classList.remove("is-moving");
  store(moving.closest("[data-picker]"));
  moving = null;
});
document.addEventListener("keydown", (event) => {
  const tile = event.target.closest(".vp-asset");
  const step = { ArrowLeft: "previousElementSibling", ArrowRight: "nextElementSibling" }[event.key];
  if (!tile || !step || !event.altKey || !tile[step]) return;
  event.preventDefault();
  tile[step][event.key === "ArrowLeft" ? "before" : "after"](tile);
  event.target.focus();
  store(tile.closest("[data-picker]"));
});
