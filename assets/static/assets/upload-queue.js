// The engine: a few files at a time, each by parts; what is lost on the way is sent again, what is known is not sent.

import { Refusal, Unreachable, call, partUrl, putPart } from "./upload-api.js";
import { forget, hold, keep } from "./upload-store.js";

const FILES_AT_ONCE = 3;
const PARTS_AT_ONCE = 6;
const PARTS_OF_A_FILE = 3;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;
const CHECK_EVERY_MS = 1500;
const MOST_CHECKS = 400;
const URLS_AT_ONCE = 100;
// How often a file that is ready is asked about once more: what looks like it is found a moment later.
const LOOKS = 4;

export const ENDED = new Set(["done", "known", "failed", "cancelled"]);
export const ACTIVE = new Set(["hashing", "sending", "finishing"]);

const later = (ms, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("stopped", "AbortError"));
    });
  });

// Browsers open six connections to a host; what is beyond that would only wait there.
class Lines {
  constructor(free) {
    this.free = free;
    this.waiting = [];
  }

  async take() {
    if (this.free) this.free -= 1;
    else await new Promise((resolve) => this.waiting.push(resolve));
  }

  give() {
    const next = this.waiting.shift();
    if (next) next();
    else this.free += 1;
  }
}

export class Item {
  constructor({ file, path, handle = null }, batch) {
    this.file = file;
    this.name = file.name;
    this.path = path;
    this.size = file.size;
    this.handle = handle;
    this.batch = batch;
    this.state = "waiting";
    this.sha256 = "";
    this.upload = null;
    this.asset = null;
    this.job = null;
    this.message = "";
    this.retries = 0;
    this.isUnreadable = false;
    this.share = 0;
    this.looks = 0;
    this.arrived = new Map();
    this.stop = null;
  }

  get isRetrying() {
    return this.retries > 0;
  }

  get sent() {
    if (this.state === "done" || this.state === "known" || this.state === "checking") return this.size;
    return Math.min(this.size, [...this.arrived.values()].reduce((sum, bytes) => sum + bytes, 0));
  }
}

export class Queue {
  constructor({ hash, onChange, onArrived }) {
    this.items = [];
    this.isPaused = false;
    this.isLoggedOut = false;
    this.hash = hash;
    this.onChange = onChange;
    this.onArrived = onArrived;
    this.lines = new Lines(PARTS_AT_ONCE);
    this.waiters = [];
    this.watching = new Set();
    window.addEventListener("online", () => this.wake());
    window.addEventListener("offline", () => this.onChange());
  }

  add(items) {
    this.items.push(...items);
    for (const item of items) hold(item.batch);
    this.next();
  }

  next() {
    if (this.isPaused) return this.onChange();
    const running = this.items.filter((item) => ACTIVE.has(item.state)).length;
    const waiting = this.items.filter((item) => item.state === "waiting").slice(0, Math.max(0, FILES_AT_ONCE - running));
    for (const item of waiting) this.run(item);
    this.onChange();
  }

  pause(item) {
    if (item.state !== "waiting" && !ACTIVE.has(item.state)) return;
    this.set(item, "paused");
    item.stop?.abort();
    this.next();
  }

  resume(item) {
    if (item.state !== "paused" && item.state !== "failed") return;
    item.message = "";
    item.isUnreadable = false;
    this.set(item, "waiting");
    this.next();
  }

  async cancel(item) {
    if (ENDED.has(item.state) && item.state !== "failed") return;
    this.set(item, "cancelled");
    item.stop?.abort();
    if (item.upload) {
      forget(item.upload.uuid);
      await call("DELETE", `upload-files/${item.upload.uuid}/`).catch(() => null);
    }
    this.next();
  }

  pauseAll() {
    this.isPaused = true;
    for (const item of this.items) if (ACTIVE.has(item.state)) this.pause(item);
    this.onChange();
  }

  resumeAll() {
    this.isPaused = this.isLoggedOut = false;
    for (const item of this.items) if (item.state === "paused") item.state = "waiting";
    this.wake();
    this.next();
  }

  // Somebody who waits for the line to come back is told that it may be there again.
  wake() {
    for (const waiter of this.waiters.splice(0)) waiter();
    this.onChange();
  }

  set(item, state) {
    item.state = state;
    this.onChange(item);
  }

  async run(item) {
    item.stop = new AbortController();
    const { signal } = item.stop;
    this.set(item, "hashing");
    try {
      item.sha256 ||= await this.hash(item.file, (share) => {
        item.share = share;
        this.onChange(item);
      }, signal);
      signal.throwIfAborted();
      await this.send(item, signal);
    } catch (error) {
      this.fail(item, error);
    }
    this.next();
  }

  fail(item, error) {
    if (error.name === "AbortError" || item.stop.signal.aborted) return;
    if (error instanceof Refusal && error.status === 401) {
      this.isLoggedOut = true;
      this.set(item, "paused");
      this.pauseAll();
      return;
    }
    item.message = error instanceof Refusal ? error.message : "";
    item.isUnreadable = error.name === "NotReadableError" || error.name === "NotFoundError";
    this.set(item, "failed");
  }

  async send(item, signal, isSecondTime = false) {
    const begun = await this.ask(item, signal, "POST", `uploads/${item.batch}/files/`, {
      files: [{ filename: item.name, path: item.path, size_bytes: item.size, sha256: item.sha256 }],
    });
    const { file, received, urls, error } = begun.results[0];
    if (error) throw new Refusal(error.detail, { code: error.code, status: 400 });
    item.upload = file;
    if (file.is_duplicate) return this.settle(item, file);
    if (item.handle) keep(file.uuid, item.batch, item.handle);
    item.arrived = new Map(received.map((number) => [number, lengthOf(file, number)]));
    this.set(item, "sending");
    try {
      await this.sendParts(item, signal, urls);
      this.set(item, "finishing");
      const done = await this.ask(item, signal, "POST", `upload-files/${file.uuid}/complete/`, {});
      this.settle(item, done);
    } catch (refusal) {
      // The bucket swept the parts away, or one was lost: the server says which are there, once.
      if (isSecondTime || !["upload_gone", "upload_ended", "parts_missing"].includes(refusal.code)) throw refusal;
      if (refusal.code === "upload_gone") await call("DELETE", `upload-files/${file.uuid}/`).catch(() => null);
      await this.send(item, signal, true);
    }
  }

  async sendParts(item, signal, given) {
    const urls = new Map(Object.entries(given).map(([number, url]) => [Number(number), url]));
    const isDirect = urls.size > 0;
    const missing = [];
    for (let number = 1; number <= item.upload.part_count; number += 1) if (!item.arrived.has(number)) missing.push(number);
    const work = async () => {
      while (missing.length) await this.sendPart(item, missing.shift(), signal, urls, isDirect, missing);
    };
    await Promise.all(Array.from({ length: PARTS_OF_A_FILE }, work));
  }

  async sendPart(item, number, signal, urls, isDirect, missing) {
    const start = (number - 1) * item.upload.part_size_bytes;
    const blob = item.file.slice(start, start + lengthOf(item.upload, number));
    const onProgress = (bytes) => {
      item.arrived.set(number, Math.min(bytes, blob.size));
      this.onChange(item);
    };
    await this.persist(item, signal, async () => {
      signal.throwIfAborted();
      if (isDirect && !urls.has(number)) await this.renewUrls(item, signal, urls, [number, ...missing]);
      await this.lines.take();
      try {
        signal.throwIfAborted();
        await putPart(isDirect ? urls.get(number) : partUrl(item.upload.uuid, number), blob, { signal, onProgress });
      } catch (error) {
        item.arrived.delete(number);
        if (error.code !== "address_refused") throw error;
        urls.delete(number);
        throw new Unreachable("");
      } finally {
        this.lines.give();
      }
    });
    item.arrived.set(number, blob.size);
    this.onChange(item);
  }

  async renewUrls(item, signal, urls, numbers) {
    const told = await this.ask(item, signal, "POST", `upload-files/${item.upload.uuid}/urls/`, { parts: numbers.slice(0, URLS_AT_ONCE) });
    for (const [number, url] of Object.entries(told.urls)) urls.set(Number(number), url);
  }

  ask(item, signal, method, path, body) {
    return this.persist(item, signal, () => call(method, path, body, { signal }));
  }

  // Tries until it gets through: at once when the line is back, else after twice as long each time.
  async persist(item, signal, attempt) {
    let isRetry = false;
    try {
      for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
        try {
          return await attempt();
        } catch (error) {
          if (!(error instanceof Unreachable)) throw error;
          if (!isRetry) item.retries += 1;
          isRetry = true;
          this.onChange(item);
          const back = new Promise((resolve) => this.waiters.push(resolve));
          await Promise.race([back, later(wait * (0.75 + Math.random() / 2), signal)]);
          signal.throwIfAborted();
        }
      }
    } finally {
      if (isRetry) item.retries -= 1;
      this.onChange(item);
    }
  }

  settle(item, file) {
    item.upload = file;
    item.asset = file.asset;
    item.job = file.job;
    item.message = file.error;
    forget(file.uuid);
    if (file.is_duplicate && file.asset?.state !== "waiting") {
      this.set(item, "known");
      this.onArrived(item);
      return;
    }
    this.set(item, "checking");
    if (item.asset) this.onArrived(item);
    this.watch(item.batch);
  }

  // One question for all files of a batch, until none of them is being checked any more.
  async watch(batch) {
    if (this.watching.has(batch)) return;
    this.watching.add(batch);
    for (let checks = 0; checks < MOST_CHECKS; checks += 1) {
      await later(CHECK_EVERY_MS);
      const waiting = this.items.filter((item) => item.batch === batch && (item.state === "checking" || item.looks > 0));
      if (!waiting.length) break;
      const told = await call("GET", `uploads/${batch}/`).catch(() => null);
      const files = new Map((told?.files ?? []).map((file) => [file.uuid, file]));
      for (const item of waiting) {
        const file = files.get(item.upload.uuid);
        if (file) this.judge(item, file);
      }
    }
    this.watching.delete(batch);
  }

  judge(item, file) {
    item.asset = file.asset;
    item.job = file.job;
    if (item.state === "done") {
      item.looks -= 1;
      this.onChange(item);
      return;
    }
    if (file.state === "refused") {
      item.message = file.error;
      this.set(item, "failed");
    } else if (file.asset?.state === "failed") {
      item.message = file.asset.error;
      this.set(item, "failed");
      this.onArrived(item);
    } else if (file.asset?.state === "ready") {
      item.message = file.error;
      item.looks = file.is_duplicate ? 0 : LOOKS;
      this.set(item, file.is_duplicate ? "known" : "done");
      this.onArrived(item);
    } else if (file.job && ["done", "failed", "cancelled"].includes(file.job.state)) {
      item.message = file.job.error;
      this.set(item, file.job.state === "done" ? "done" : "failed");
    } else {
      this.onChange(item);
    }
  }
}

const lengthOf = (file, number) => Math.min(file.part_size_bytes, file.size_bytes - (number - 1) * file.part_size_bytes);
