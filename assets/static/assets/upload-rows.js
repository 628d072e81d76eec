// One line for each file: its name, how far it is, what became of it, and what can be done about it.

import { ACTIVE } from "./upload-queue.js";

const UNITS = ["B", "kB", "MB", "GB", "TB"];
const ACTIONS = {
  waiting: ["pause", "cancel"],
  hashing: ["pause", "cancel"],
  sending: ["pause", "cancel"],
  finishing: [],
  paused: ["resume", "cancel"],
  failed: ["retry", "cancel"],
};

export function sizeOf(bytes) {
  let size = bytes;
  let unit = 0;
  for (; size >= 1000 && unit < UNITS.length - 1; unit += 1) size /= 1000;
  return `${size.toLocaleString(document.documentElement.lang || undefined, { maximumFractionDigits: size < 10 && unit ? 1 : 0 })} ${UNITS[unit]}`;
}

export class Rows {
  constructor(list, template, { say, assetUrl, jobUrl, onAct }) {
    this.list = list;
    this.template = template;
    this.say = say;
    this.assetUrl = assetUrl;
    this.jobUrl = jobUrl;
    this.shown = new Map();
    this.changed = new Set();
    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (button) onAct(button.dataset.act, button.closest("li").item);
    });
  }

  add(items) {
    const lines = document.createDocumentFragment();
    for (const item of items) {
      const line = this.template.content.firstElementChild.cloneNode(true);
      line.item = item;
      line.querySelector(".up-name").textContent = line.querySelector(".up-name").title = item.name;
      line.querySelector(".up-path").textContent = [item.path, item.size ? sizeOf(item.size) : ""].filter(Boolean).join(" · ");
      line.querySelector("progress").setAttribute("aria-label", item.name);
      for (const button of line.querySelectorAll("button")) button.setAttribute("aria-label", `${button.title}: ${item.name}`);
      this.shown.set(item, line);
      this.draw(item);
      lines.append(line);
    }
    this.list.append(lines);
  }

  remove(items) {
    for (const item of items) {
      this.shown.get(item)?.remove();
      this.shown.delete(item);
    }
  }

  // Hundreds of changes a second are drawn once for each picture of the screen.
  change(item) {
    if (!this.changed.size) {
      requestAnimationFrame(() => {
        for (const changed of this.changed) this.draw(changed);
        this.changed.clear();
      });
    }
    this.changed.add(item);
  }

  draw(item) {
    const line = this.shown.get(item);
    if (!line) return;
    const bar = line.querySelector("progress");
    bar.value = item.state === "hashing" ? 0 : item.size ? item.sent / item.size : 0;
    bar.hidden = !["waiting", "hashing", "sending", "finishing", "paused"].includes(item.state);
    this.tell(item, line.querySelector(".up-status"));
    // What was refused after it had arrived is refused again; what is fetched is the job's.
    const actions = item.isRemote || (item.state === "failed" && item.asset) ? [] : (ACTIONS[item.state] ?? []);
    line.className = `up-row is-${item.state}${actions.length ? "" : " is-settled"}`;
    for (const button of line.querySelectorAll("[data-act]")) button.hidden = !actions.includes(button.dataset.act);
  }

  tell(item, status) {
    const parts = [document.createTextNode(this.sentence(item))];
    if (item.state === "known" && item.asset) parts[0] = this.link(item.asset, this.say("known"));
    if (item.state === "checking" && item.job) parts[0] = this.anchor(this.jobUrl(item.job.uuid), this.say(item.isRemote ? "fetching" : "unpacking") + this.progress(item.job));
    if (item.state === "done" && item.asset) parts[0] = this.link(item.asset, this.say("done"));
    if (item.state === "done" && item.job && !item.asset) parts[0] = this.anchor(this.jobUrl(item.job.uuid), this.result(item.job));
    if (item.state === "failed" && item.asset) parts[0] = this.link(item.asset, this.sentence(item));
    if (["done", "known"].includes(item.state) && item.message) parts.push(note(item.message));
    for (const similar of item.state === "done" ? (item.asset?.similar ?? []) : []) {
      const warning = this.link(similar, this.say("similar", { code: similar.code }));
      warning.classList.add("up-similar");
      parts.push(warning);
    }
    const text = parts.map((part) => part.textContent).join("|");
    if (status.dataset.told === text) return;
    status.dataset.told = text;
    status.replaceChildren(...parts);
  }

  sentence(item) {
    if (item.isRetrying && ACTIVE.has(item.state)) return navigator.onLine ? this.say("retrying") : this.say("waiting");
    if (item.state === "failed") return item.message || this.say(item.isUnreadable ? "unreadable" : "failed");
    if (item.state === "sending") return `${Math.floor((100 * item.sent) / item.size)} %`;
    return this.say(item.state);
  }

  progress(job) {
    return job.total ? ` ${job.done}/${job.total}` : "";
  }

  result(job) {
    const { created = 0, duplicates = 0, refused = 0 } = job.counters ?? {};
    return this.say(refused ? "unpacked-some" : "unpacked", { created, duplicates, refused });
  }

  link(asset, text) {
    return this.anchor(this.assetUrl(asset.uuid), text);
  }

  anchor(url, text) {
    const link = document.createElement("a");
    link.className = "vt-link";
    link.href = url;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = text;
    return link;
  }
}

function note(text) {
  const span = document.createElement("span");
  span.className = "up-similar";
  span.textContent = text;
  return span;
}
