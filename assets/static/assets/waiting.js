// A file that is being checked: when that is over the page is loaded anew, unless somebody is writing on it.

const CHECK_EVERY_MS = 1500;
const CHECKS = 60;

const waiting = (page) => page.querySelectorAll("[data-waiting]").length;

export function awaitFile() {
  if (waiting(document)) check(CHECKS);
}

async function check(checks) {
  if (!checks) return;
  await new Promise((resolve) => setTimeout(resolve, CHECK_EVERY_MS));
  const answer = await fetch(window.location.pathname, { credentials: "same-origin" }).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  if (!page || waiting(page) >= waiting(document)) check(checks - 1);
  else if (isWriting()) document.querySelector(".ap-versions")?.replaceWith(page.querySelector(".ap-versions"));
  else window.location.reload();
}

// Whoever would object to leaving the page says so here too.
function isWriting() {
  const leaving = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(leaving);
  const texts = [...document.querySelectorAll("#comments textarea")];
  return leaving.defaultPrevented || texts.some((text) => text.value.trim());
}
