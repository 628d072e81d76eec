// New assets appear in the grid of the page while they are checked; those that wait are asked for again.

const ANY = "00000000-0000-0000-0000-000000000000";
const CHECK_EVERY_MS = 1500;
const CHECKS = 60;

const grid = document.getElementById("grid");
const address = document.getElementById("upload").dataset.cardUrl;

export async function showCard(uuid) {
  if (!grid) return null;
  const answer = await fetch(address.replace(ANY, uuid), { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return null;
  const holder = document.createElement("template");
  holder.innerHTML = (await answer.text()).trim();
  const card = holder.content.querySelector(`[data-uuid="${uuid}"]`);
  const shown = grid.querySelector(`[data-uuid="${uuid}"]`);
  if (shown) shown.replaceWith(card);
  else (grid.querySelector(".al-cards") ?? grid).prepend(card);
  document.querySelector(".vt-empty")?.remove();
  document.dispatchEvent(new CustomEvent("vt:uploaded", { detail: { uuid, state: card.dataset.state } }));
  return card;
}

// What somebody else has sent, or this page before it was loaded anew.
async function watch(uuid, checks = CHECKS) {
  if (!checks) return;
  await new Promise((resolve) => setTimeout(resolve, CHECK_EVERY_MS));
  const card = await showCard(uuid);
  if (card?.dataset.state === "waiting") watch(uuid, checks - 1);
}

for (const card of grid?.querySelectorAll('[data-state="waiting"]') ?? []) watch(card.dataset.uuid);
