// The bar of the selected assets: its questions open in the page's dialog, with a look at what would change.

import "../pim/dialogs.js";

import { messageOf, post, root, tell, texts } from "./library-page.js";
import { clear } from "./library-selection.js";

const dialog = document.getElementById("vt-dialog");
const form = document.querySelector("[data-selection]");

form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button?.hasAttribute("data-asks")) return;
  event.preventDefault();
  const data = new FormData(form);
  data.set("action", button.value);
  await open(data);
});

async function open(data) {
  const answer = await post(texts.bulkUrl, data);
  if (!answer) return;
  fill(await answer.text());
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input:not([type=hidden]), select, textarea, button[name=step]")?.focus();
}

function fill(html) {
  dialog.innerHTML = html;
  dialog.setAttribute("aria-label", dialog.querySelector("h2")?.textContent ?? "");
}

dialog.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (button?.hasAttribute("data-stays")) {
    event.preventDefault();
    const data = new FormData(event.target);
    data.set("step", button.value);
    button.disabled = true;
    const answer = await post(texts.bulkUrl, data);
    button.disabled = false;
    if (!answer) return;
    fill(await answer.text());
    const rehearsal = dialog.querySelector("[data-rehearsal]");
    rehearsal?.scrollIntoView({ block: "nearest" });
    rehearsal?.focus();
    return;
  }
  if (event.target.matches("[data-collect-form]")) {
    event.preventDefault();
    await collect(new FormData(event.target), button?.dataset.collect ?? "");
  }
});

async function collect(data, uuid) {
  data.set("action", uuid ? "add" : "create");
  data.set("collection", uuid);
  const url = data.get("all") ? `${texts.collectionsUrl}${data.get("query")}` : texts.collectionsUrl + window.location.search;
  const answer = await post(url, data);
  if (!answer) return;
  root.querySelector('[data-box="collections"]').innerHTML = await answer.text();
  dialog.close();
  clear();
  tell(messageOf(answer));
}
