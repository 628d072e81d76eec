// What the uploader asks the server: JSON over the management API, and parts as raw bytes with their progress.

const ROOT = "/api/v1/";

export class Refusal extends Error {
  constructor(message, { code = "", status = 0 } = {}) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

// The request did not get through: worth trying again.
export class Unreachable extends Error {}

// Logging in again, in another tab, gives the browser another token than the one the page came with.
const readToken = () =>
  document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ??
  document.querySelector("#upload [name=csrfmiddlewaretoken]").value;

export async function call(method, path, body, { signal } = {}) {
  let answer;
  try {
    answer = await fetch(ROOT + path, {
      method,
      signal,
      credentials: "same-origin",
      headers: { "X-CSRFToken": readToken(), ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unreachable(error.message);
  }
  if (answer.status >= 500 || answer.status === 429) throw new Unreachable(String(answer.status));
  const told = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(told.detail || told.title || String(answer.status), { code: told.code, status: answer.status });
  return told;
}

// fetch() tells nothing of the progress of what it sends; XMLHttpRequest does.
export function putPart(url, blob, { signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const isOurs = url.startsWith(ROOT);
    const abort = () => request.abort();
    request.open("PUT", url);
    if (isOurs) {
      request.setRequestHeader("X-CSRFToken", readToken());
      request.setRequestHeader("Content-Type", "application/octet-stream");
    }
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else if (request.status >= 500 || request.status === 429) reject(new Unreachable(String(request.status)));
      else reject(readRefusal(request, isOurs));
    });
    request.addEventListener("error", () => reject(new Unreachable("")));
    request.addEventListener("timeout", () => reject(new Unreachable("")));
    request.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    request.addEventListener("loadend", () => signal.removeEventListener("abort", abort));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    // A slice has the type of nothing: what was signed for the bucket names no type.
    request.send(blob);
  });
}

function readRefusal(request, isOurs) {
  // The bucket says no when the address is too old; a new one is asked for.
  if (!isOurs) return new Refusal("", { code: "address_refused", status: request.status });
  try {
    const told = JSON.parse(request.responseText);
    return new Refusal(told.detail || told.title, { code: told.code, status: request.status });
  } catch {
    return new Refusal("", { status: request.status });
  }
}

export const partUrl = (file, number) => `${ROOT}upload-files/${file}/parts/${number}/`;
