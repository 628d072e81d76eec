// A worker that reads files and tells their SHA-256: small ones at once by the browser, large ones piece by piece here.

import { Sha256 } from "./upload-sha256.js";

const AT_ONCE_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 4 * 1024 * 1024;

self.addEventListener("message", async ({ data: { id, file } }) => {
  try {
    self.postMessage({ id, sha256: await hash(file, (share) => self.postMessage({ id, share })) });
  } catch (error) {
    self.postMessage({ id, error: error?.name ?? "Error" });
  }
});

async function hash(file, tell) {
  if (file.size <= AT_ONCE_BYTES && self.crypto?.subtle) {
    return toHex(new Uint8Array(await self.crypto.subtle.digest("SHA-256", await file.arrayBuffer())));
  }
  const digest = new Sha256();
  for (let start = 0; start < file.size; start += PIECE_BYTES) {
    digest.update(new Uint8Array(await file.slice(start, start + PIECE_BYTES).arrayBuffer()));
    tell(Math.min(1, (start + PIECE_BYTES) / file.size));
  }
  return toHex(digest.finish());
}

const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
