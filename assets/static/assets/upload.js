// The uploader of a page: what is dropped or chosen is gathered in a panel, given its details once, and sent.

import { Unreachable, call } from "./upload-api.js";
import { showCard } from "./upload-cards.js";
import { carriesFiles, fromDrop, fromInput, fromPicker, hasPickers } from "./upload-files.js";
import { ACTIVE, ENDED, Item, Queue } from "./upload-queue.js";
import { Rows, sizeOf } from "./upload-rows.js";
import { forgetBatch, heldElsewhere, keptOf, readHandle } from "./upload-store.js";

const SPOKEN_EVERY_MS = 4000;
// What a file costs beside its bytes, in bytes: five hundred thumbnails take longer than one film of their size.
const EACH_FILE = 300_000;
// Of more files than this, only those that are ready are shown in the grid.
const SHOWN_AT_ONCE = 50;
const ANY = "00000000-0000-0000-0000-000000000000";

const strip = document.getElementById("upload");
const part = Object.fromEntries([...strip.querySelectorAll("[data-uploader]")].map((node) => [node.dataset.uploader, node]));
const panel = strip.querySelector(".up-panel");
const overall = strip.querySelector(".up-overall");
const form = part.fields;
const texts = Object.fromEntries([...part.texts.content.children].map((node) => [node.dataset.key, node.textContent]));
const say = (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const staged = [];
let interrupted = [];
let started = null;
let spokenAt = 0;

const rows = new Rows(strip.querySelector(".up-list"), part.row, {
  say,
  assetUrl: (uuid) => strip.dataset.assetUrl.replace(ANY, uuid),
  jobUrl: (uuid) => strip.dataset.jobUrl.replace(ANY, uuid),
  onAct: act,
});
const queue = new Queue({ hash: makeHasher(), onChange: changed, onArrived: arrived });

/* Files in */

for (const [id, folder] of [["id_files", false], ["id_folder_files", true]]) {
  const input = document.getElementById(id);
  input.addEventListener("change", () => {
    const files = fromInput(input);
    input.value = "";
    gather(files);
  });
  // Where the browser lends handles, a closed tab can go on without choosing the files again.
  strip.querySelector(`label[for=${id}]`).addEventListener("click", (event) => {
    if (!hasPickers()) return;
    event.preventDefault();
    fromPicker({ folder }).then(gather, () => null);
  });
}

// A picture of this very page that is dragged looks like a file, too.
let isFromHere = false;
document.addEventListener("dragstart", () => {
  isFromHere = true;
});
document.addEventListener("dragend", () => {
  isFromHere = false;
});
for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    if (isFromHere || !carriesFiles(event)) return;
    event.preventDefault();
    document.body.classList.add("is-dropping");
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("is-dropping");
});
document.addEventListener("drop", async (event) => {
  if (isFromHere || !carriesFiles(event)) return;
  event.preventDefault();
  document.body.classList.remove("is-dropping");
  gather(await fromDrop(event.dataTransfer));
});

function gather(files) {
  const fresh = files.filter((found) => !goOn(found));
  const items = fresh.map((found) => new Item(found, null));
  staged.push(...items);
  rows.add(items);
  if (items.length) stage();
}

function stage() {
  panel.hidden = false;
  form.hidden = false;
  if (part["paths-field"]) part["paths-field"].hidden = !staged.some((item) => item.path);
  part["unpack-field"].hidden = !staged.some((item) => item.name.toLowerCase().endsWith(".zip"));
  const here = new URLSearchParams(location.search).get("folder");
  if (here && form.elements.folder && !form.elements.folder.value) form.elements.folder.value = here;
  refresh();
  part.start.focus({ preventScroll: true });
}

part.addresses?.addEventListener("click", () => {
  part["addresses-field"].hidden = false;
  stage();
  form.elements.addresses.focus();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  begin();
});
form.addEventListener("input", refresh);
part.start.addEventListener("click", begin);
part["drop-staged"].addEventListener("click", () => {
  rows.remove(staged);
  staged.length = 0;
  form.elements.addresses && (form.elements.addresses.value = "");
  close();
});

/* Sending */

async function begin() {
  part.start.disabled = true;
  part["fields-error"].hidden = true;
  try {
    const fields = readFields();
    const addresses = readAddresses();
    if (addresses.length) await fetchAddresses(addresses, fields);
    if (staged.length) {
      const batch = await call("POST", "uploads/", {
        fields,
        keeps_paths: Boolean(form.elements.keeps_paths?.checked && staged.some((item) => item.path)),
        unpacks: Boolean(form.elements.unpacks.checked && !part["unpack-field"].hidden),
      });
      const items = staged.splice(0);
      for (const item of items) item.batch = batch.uuid;
      queue.add(items);
    }
    form.hidden = true;
    if (part["addresses-field"]) part["addresses-field"].hidden = true;
  } catch (error) {
    part["fields-error"].textContent = error instanceof Unreachable ? say("unreachable") : error.message || say("failed");
    part["fields-error"].hidden = false;
  } finally {
    part.start.disabled = false;
    refresh();
  }
}

function readFields() {
  const fields = {};
  for (const name of ["folder", "family", "license"]) if (form.elements[name]?.value) fields[name] = form.elements[name].value;
  const keywords = (form.elements.keywords?.value ?? "").split(",").map((word) => word.trim()).filter(Boolean);
  if (keywords.length) fields.keywords = keywords;
  const typed = [...form.querySelectorAll("[data-alt]")].map((input) => [input.dataset.alt, input.value.trim()]);
  const alt = Object.fromEntries(typed.filter(([, text]) => text));
  if (Object.keys(alt).length) fields.alt = alt;
  return fields;
}

const readAddresses = () =>
  part["addresses-field"] && !part["addresses-field"].hidden
    ? form.elements.addresses.value.split(/\s+/).filter(Boolean)
    : [];

async function fetchAddresses(urls, fields) {
  const batch = await call("POST", "assets/import-url/", { urls, fields });
  const items = batch.files.map((file) => {
    const item = new Item({ file: { name: file.filename, size: 0 }, path: file.source_url }, batch.uuid);
    return Object.assign(item, { upload: file, job: file.job, state: "checking", isRemote: true });
  });
  form.elements.addresses.value = "";
  rows.add(items);
  queue.add(items);
  queue.watch(batch.uuid);
}

function arrived(item) {
  const isWorthIt = queue.items.length <= SHOWN_AT_ONCE || item.asset?.state !== "waiting";
  if (item.asset && isWorthIt) showCard(item.asset.uuid);
}

function act(name, item) {
  if (!item.batch && name === "cancel") {
    staged.splice(staged.indexOf(item), 1);
    rows.remove([item]);
    if (staged.length) refresh();
    else close();
    return;
  }
  if (name === "pause") queue.pause(item);
  if (name === "resume" || name === "retry") queue.resume(item);
  if (name === "cancel") queue.cancel(item);
}

part["pause-all"].addEventListener("click", () => queue.pauseAll());
part["resume-all"].addEventListener("click", () => queue.resumeAll());
part["retry-all"].addEventListener("click", () => {
  for (const item of queue.items) if (item.state === "failed" && !item.asset) queue.resume(item);
});
part["cancel-all"].addEventListener("click", () => {
  for (const item of queue.items) if (!ENDED.has(item.state)) queue.cancel(item);
});
part.problems.addEventListener("click", () => {
  const isOn = part.problems.getAttribute("aria-pressed") !== "true";
  part.problems.setAttribute("aria-pressed", String(isOn));
  panel.classList.toggle("only-problems", isOn);
});
part.minimise.addEventListener("click", () => {
  panel.hidden = true;
  refresh();
  part.open.focus();
});
part.open.addEventListener("click", () => {
  panel.hidden = false;
  refresh();
});
part.close.addEventListener("click", close);
panel.addEventListener("keydown", (event) => {
  if (event.key === "Escape") part.minimise.click();
});

function close() {
  const ended = queue.items.filter((item) => ENDED.has(item.state));
  if (!staged.length) {
    rows.remove(ended);
    queue.items = queue.items.filter((item) => !ENDED.has(item.state));
    form.hidden = true;
    if (part["addresses-field"]) part["addresses-field"].hidden = true;
  }
  panel.hidden = true;
  refresh();
  strip.querySelector("label").focus();
}

/* What the panel says */

function changed(item) {
  if (item) rows.change(item);
  refreshSoon();
}

let isDue = false;
function refreshSoon() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    refresh();
  });
}

function refresh() {
  const all = queue.items.filter((item) => item.state !== "cancelled");
  const done = all.filter((item) => ["done", "known"].includes(item.state)).length;
  const failed = all.filter((item) => item.state === "failed").length;
  const isRunning = all.some((item) => ACTIVE.has(item.state) || item.state === "waiting");
  const isPaused = queue.isPaused || all.some((item) => item.state === "paused");
  const addresses = readAddresses().length;
  show(part.start, staged.length || (!form.hidden && addresses) ? startText(addresses) : "");
  part["drop-staged"].hidden = form.hidden;
  part["pause-all"].hidden = !isRunning || queue.isPaused;
  part["resume-all"].hidden = !isPaused;
  part["cancel-all"].hidden = !isRunning && !isPaused;
  part["retry-all"].hidden = !all.some((item) => item.state === "failed" && !item.asset);
  show(part.problems, failed ? say("problems", { n: failed }) : "");
  if (!failed && part.problems.getAttribute("aria-pressed") === "true") part.problems.click();
  overall.hidden = !all.length;
  overall.value = shareOf(all);
  part.summary.textContent = summary(all, done);
  show(part.notice, queue.isLoggedOut ? say("logged-out") : !navigator.onLine && isRunning ? say("offline") : "");
  part.open.hidden = !panel.hidden || !(all.length || staged.length);
  part["open-text"].textContent = part.summary.textContent;
  panel.classList.toggle("is-staging", !form.hidden);
  speak(all.length, done, failed, isRunning);
}

const startText = (addresses) =>
  staged.length === 0 && addresses ? say("start-addresses") : staged.length === 1 ? say("start-one") : say("start-many", { n: staged.length });

function show(node, text) {
  node.hidden = !text;
  if (text && node.textContent !== text) node.textContent = text;
}

const isSent = (item) => ["checking", "done", "known", "failed"].includes(item.state);
const workOf = (item) => item.size + EACH_FILE;
const workDone = (item) => (isSent(item) ? workOf(item) : item.sent);

function shareOf(all) {
  const work = all.reduce((sum, item) => sum + workOf(item), 0);
  return work ? all.reduce((sum, item) => sum + workDone(item), 0) / work : 0;
}

function summary(all, done) {
  if (staged.length) return say("staged", { n: staged.length, size: sizeOf(staged.reduce((sum, item) => sum + item.size, 0)) });
  if (!all.length) return "";
  const told = say("summary", { done, n: all.length, size: sizeOf(all.reduce((sum, item) => sum + item.size, 0)) });
  const left = timeLeft(all);
  return left ? `${told} · ${left}` : told;
}

// By what was done since the first byte went over the line.
function timeLeft(all) {
  const moving = all.filter((item) => ["sending", "waiting", "hashing", "finishing"].includes(item.state));
  const sent = all.reduce((sum, item) => sum + workDone(item), 0);
  if (!moving.length || queue.isPaused) {
    started = null;
    return "";
  }
  started ??= { at: performance.now(), sent };
  const seconds = (performance.now() - started.at) / 1000;
  const rate = (sent - started.sent) / seconds;
  if (seconds < 2 || rate <= 0) return "";
  const left = moving.reduce((sum, item) => sum + workOf(item) - workDone(item), 0) / rate;
  const time = left < 90 ? say("seconds", { n: Math.ceil(left) }) : say("minutes", { n: Math.ceil(left / 60) });
  return say("left", { time });
}

// Told to those who listen instead of looking: not more often than can be listened to.
function speak(n, done, failed, isRunning) {
  const now = performance.now();
  if (!n || (isRunning && now - spokenAt < SPOKEN_EVERY_MS)) return;
  spokenAt = now;
  const text = say("spoken", { done, n, failed });
  if (part.spoken.textContent !== text) part.spoken.textContent = text;
}

window.addEventListener("beforeunload", (event) => {
  if (queue.items.some((item) => ACTIVE.has(item.state) || item.state === "waiting")) event.preventDefault();
});

/* After a closed tab */

async function findInterrupted() {
  const told = await call("GET", "uploads/").catch(() => ({ results: [] }));
  const isHeld = await heldElsewhere();
  const left = told.results.filter(({ uuid }) => !isHeld(uuid));
  const batches = await Promise.all(left.map(({ uuid }) => call("GET", `uploads/${uuid}/`).catch(() => null)));
  interrupted = batches.filter(Boolean).map((batch) => ({ ...batch, open: batch.files.filter((file) => file.state === "open") }));
  await tellInterrupted();
}

async function tellInterrupted() {
  interrupted = interrupted.filter((batch) => batch.open.length);
  part.interrupted.hidden = !interrupted.length;
  if (!interrupted.length) return;
  const open = interrupted.reduce((sum, batch) => sum + batch.open.length, 0);
  const n = interrupted.reduce((sum, batch) => sum + batch.files.length, 0);
  part["interrupted-text"].textContent = say("interrupted", { open, n });
  const kept = await Promise.all(interrupted.map((batch) => keptOf(batch.uuid)));
  part.continue.hidden = !kept.some((handles) => handles.length);
}

// A file that an interrupted upload waits for goes on there, under the name that the server knows.
function goOn({ file, path, handle }) {
  const fits = (open) => open.size_bytes === file.size && open.filename === file.name;
  for (const batch of interrupted) {
    const exact = batch.open.find((open) => fits(open) && open.path === path);
    const found = exact ?? (batch.open.filter(fits).length === 1 ? batch.open.find(fits) : null);
    if (!found) continue;
    batch.open.splice(batch.open.indexOf(found), 1);
    const item = new Item({ file, path: found.path, handle }, batch.uuid);
    rows.add([item]);
    queue.add([item]);
    panel.hidden = false;
    tellInterrupted();
    return true;
  }
  return false;
}

part.continue.addEventListener("click", async () => {
  for (const batch of interrupted) {
    for (const { id, handle } of await keptOf(batch.uuid)) {
      const open = batch.open.find((file) => file.uuid === id);
      const file = open && (await readHandle(handle));
      if (file) goOn({ file, path: open.path, handle });
    }
  }
});
part["choose-again"].addEventListener("click", () => {
  const isFolder = interrupted.some((batch) => batch.open.some((file) => file.path));
  document.getElementById(isFolder ? "id_folder_files" : "id_files").click();
});
part.discard.addEventListener("click", async () => {
  for (const batch of interrupted.splice(0)) {
    await call("DELETE", `uploads/${batch.uuid}/`).catch(() => null);
    forgetBatch(batch.uuid);
  }
  tellInterrupted();
});

/* Reading files happens beside the page, so that it stays quick. */

function makeHasher() {
  const waiting = new Map();
  let worker = null;
  let last = 0;
  const start = () => {
    worker = new Worker(strip.dataset.worker, { type: "module" });
    worker.addEventListener("message", ({ data: { id, sha256, share, error } }) => {
      const asked = waiting.get(id);
      if (!asked) return;
      if (share !== undefined) asked.tell(share);
      else if (error) asked.reject(Object.assign(new Error(error), { name: error }));
      else asked.resolve(sha256);
      if (share === undefined) waiting.delete(id);
    });
    // Without a worker files are sent all the same; the server reads them then.
    worker.addEventListener("error", () => {
      for (const asked of waiting.values()) asked.resolve("");
      waiting.clear();
    });
  };
  return (file, tell, signal) =>
    new Promise((resolve, reject) => {
      if (!worker) start();
      last += 1;
      waiting.set(last, { resolve, reject, tell });
      const id = last;
      signal.addEventListener("abort", () => {
        waiting.delete(id);
        reject(new DOMException("stopped", "AbortError"));
      });
      worker.postMessage({ id, file });
    });
}

findInterrupted();
