// Handles of files that are being sent, kept by the browser: after a closed tab nobody has to choose them again.

const NAME = "vitrine-uploads";
const STORE = "files";

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });

async function open(mode) {
  const opening = indexedDB.open(NAME, 1);
  opening.addEventListener("upgradeneeded", () => {
    opening.result.createObjectStore(STORE, { keyPath: "id" }).createIndex("batch", "batch");
  });
  const database = await asked(opening);
  return { database, store: database.transaction(STORE, mode).objectStore(STORE) };
}

// Private windows may have no database, and handles may not be stored: then the files are chosen again.
async function within(mode, work, otherwise) {
  try {
    const { database, store } = await open(mode);
    try {
      return await work(store);
    } finally {
      database.close();
    }
  } catch {
    return otherwise;
  }
}

export const keep = (upload, batch, handle) => within("readwrite", (store) => asked(store.put({ id: upload, batch, handle })));

export const forget = (upload) => within("readwrite", (store) => asked(store.delete(upload)));

export const keptOf = (batch) => within("readonly", (store) => asked(store.index("batch").getAll(batch)), []);

export async function forgetBatch(batch) {
  for (const { id } of await keptOf(batch)) await forget(id);
}

// Asks the person once for each handle; browsers remember the answer for a folder.
export async function readHandle(handle) {
  const allowed = (await handle.queryPermission({ mode: "read" })) === "granted" || (await handle.requestPermission({ mode: "read" })) === "granted";
  return allowed ? handle.getFile().catch(() => null) : null;
}

// A tab holds a lock on the uploads it sends: the browser lets go of it when the tab is closed, however it is.
const lockOf = (batch) => `vitrine-upload-${batch}`;
const held = new Set();

export function hold(batch) {
  if (held.has(batch) || !navigator.locks) return;
  held.add(batch);
  navigator.locks.request(lockOf(batch), { mode: "shared" }, () => new Promise(() => {}));
}

// What another tab is sending right now is not interrupted.
export async function heldElsewhere() {
  const locks = (await navigator.locks?.query())?.held ?? [];
  const names = new Set(locks.map((lock) => lock.name));
  return (batch) => names.has(lockOf(batch));
}
