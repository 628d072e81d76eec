// Comments: sent, resolved and deleted without leaving the page, and looked at again while it is open.

const EVERY_MS = 45_000;

export function talk(token, marks) {
  const panel = document.getElementById("comments");
  const badge = document.querySelector("[data-open-threads]");
  if (!panel) return;
  const box = () => panel.querySelector("[data-talk]");

  function put(html) {
    const drafts = new Map(
      [...panel.querySelectorAll("textarea")].filter((area) => area.value).map((area) => [area.id, area.value]),
    );
    const focused = panel.contains(document.activeElement) ? document.activeElement.id : "";
    panel.innerHTML = html;
    for (const [id, text] of drafts) {
      const area = document.getElementById(id);
      if (area) area.value = text;
      area?.closest("details")?.setAttribute("open", "");
    }
    if (focused) document.getElementById(focused)?.focus();
    badge.textContent = box().dataset.open;
    badge.hidden = box().dataset.open === "0";
    marks?.read();
  }

  panel.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-say]");
    if (!form) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    const area = form.querySelector("textarea");
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        credentials: "same-origin",
        headers: { "X-Requested-With": "fetch", "X-CSRFToken": token() },
        body,
      });
      if (![200, 422].includes(answer.status)) throw new Error(String(answer.status));
      if (answer.ok && area) {
        area.value = "";
        marks?.clear();
      }
      put(await answer.text());
    } catch {
      form.submit();
    }
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  async function look() {
    if (document.hidden || panel.contains(document.activeElement)) return;
    try {
      const answer = await fetch(box().dataset.url, { credentials: "same-origin", redirect: "manual" });
      if (answer.ok) put(await answer.text());
    } catch {
      // Offline: the next look may succeed.
    }
  }
  setInterval(look, EVERY_MS);
  document.addEventListener("visibilitychange", look);
}
