// Drag-and-drop upload: a few files at a time, each with its progress; a file the house has is not sent at all.

const PARALLEL = 3;
const HASHED_BYTES = 256 * 1024 * 1024;
const CHECK_EVERY_MS = 1000;
const CHECKS = 60;

const zone = document.querySelector(".as-drop");
const grid = document.getElementById("grid");
const list = zone.querySelector(".as-uploads");
const input = zone.querySelector("input[type=file]");
const token = zone.querySelector("[name=csrfmiddlewaretoken]").value;
const queue = [];
let running = 0;

input.addEventListener("change", () => {
  enqueue(input.files);
  input.value = "";
});

for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("is-dropping");
  });
}

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("is-dropping");
});

document.addEventListener("drop", (event) => {
  if (![...event.dataTransfer.types].includes("Files")) return;
  event.preventDefault();
  document.body.classList.remove("is-dropping");
  enqueue(event.dataTransfer.files);
});

for (const card of grid.querySelectorAll('[data-state="waiting"]')) watch(card);

function enqueue(files) {
  for (const file of files) queue.push({ file, row: addRow(file) });
  next();
}

function next() {
  while (running < PARALLEL && queue.length) {
    running += 1;
    const job = queue.shift();
    send(job).finally(() => {
      running -= 1;
      next();
    });
  }
}

function addRow(file) {
  const row = document.createElement("li");
  const name = document.createElement("span");
  name.className = "as-file";
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  const status = document.createElement("span");
  status.className = "as-status";
  row.append(name, bar, status);
  list.append(row);
  return { row, bar, status };
}

async function send({ file, row }) {
  row.status.textContent = zone.dataset.textSending;
  try {
    const known = await findKnown(file);
    const html = known ?? (await post(file, row.bar));
    const card = place(html);
    row.bar.value = 1;
    row.status.textContent = card.hasAttribute("data-duplicate") ? zone.dataset.textKnown : zone.dataset.textDone;
    watch(card);
  } catch (error) {
    row.row.classList.add("is-failed");
    row.status.textContent = error.message || zone.dataset.textFailed;
  }
}

async function findKnown(file) {
  if (!window.crypto?.subtle || file.size > HASHED_BYTES) return null;
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const answer = await fetch(`${zone.dataset.knownUrl}?sha256=${sha256}`, { credentials: "same-origin" });
  const isCard = answer.ok && answer.headers.get("Content-Type")?.startsWith("text/html");
  return isCard ? answer.text() : null;
}

function post(file, bar) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file, file.name);
    request.open("POST", zone.dataset.uploadUrl);
    request.setRequestHeader("X-CSRFToken", token);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => {
      if (request.status === 201) resolve(request.responseText);
      else reject(new Error(sentence(request)));
    });
    request.addEventListener("error", () => reject(new Error(zone.dataset.textFailed)));
    request.send(body);
  });
}

function sentence(request) {
  try {
    return JSON.parse(request.responseText).message;
  } catch {
    return zone.dataset.textFailed;
  }
}

function place(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const card = holder.content.firstElementChild;
  const shown = grid.querySelector(`[data-uuid="${card.dataset.uuid}"]`);
  if (shown) shown.replaceWith(card);
  else grid.prepend(card);
  document.querySelector(".vt-empty")?.remove();
  return card;
}

async function watch(card, checks = CHECKS) {
  if (card.dataset.state !== "waiting" || !checks) return;
  await new Promise((resolve) => setTimeout(resolve, CHECK_EVERY_MS));
  if (!card.isConnected) return;
  const answer = await fetch(card.dataset.cardUrl, { credentials: "same-origin" });
  if (answer.ok) watch(place(await answer.text()), checks - 1);
}
