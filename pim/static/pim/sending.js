// Forms that people fill in for minutes: before one is sent, ask whether it can arrive, so that nothing typed is lost.

const WAIT_MS = 8000;
const cleared = new WeakSet();
const busy = new WeakSet();

const isGuarded = (form) => form.matches("form.vt-form[data-warn]") && form.method === "post";

// In the capturing phase: whoever listens for the submit of a form hears of it only when it is really sent.
document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    const notice = document.getElementById("vt-obstacle");
    if (!notice || !isGuarded(form) || cleared.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (busy.has(form)) return;
    busy.add(form);
    const obstacle = await findObstacle(notice.dataset.asks);
    busy.delete(form);
    show(notice, obstacle);
    if (obstacle) return;
    renewToken(form);
    cleared.add(form);
    form.requestSubmit(event.submitter);
  },
  { capture: true },
);

async function findObstacle(url) {
  try {
    const options = { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(WAIT_MS) };
    const answer = await fetch(url, { ...options, credentials: "same-origin", method: "HEAD" });
    return answer.type === "opaqueredirect" ? "ended" : "";
  } catch {
    return "offline";
  }
}

function show(notice, obstacle) {
  notice.hidden = !obstacle;
  for (const sentence of notice.children) sentence.hidden = sentence.dataset.when !== obstacle;
  if (obstacle) notice.scrollIntoView({ block: "center" });
}

// Logging in again, in another tab, has given the browser another token than the one in this form.
function renewToken(form) {
  const kept = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  const field = form.elements.csrfmiddlewaretoken;
  if (kept && field) field.value = kept[1];
}
