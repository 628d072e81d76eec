// Files as people give them: chosen, dropped one by one, or in whole folders, with the folder each lies in.

// Each is { file, path, handle }: `path` is the folder, without the name; a handle lets a closed tab go on by itself.
export const fromInput = (input) =>
  Array.from(input.files, (file) => ({ file, path: folderOf(file.webkitRelativePath), handle: null }));

const folderOf = (relative) => (relative || "").split("/").slice(0, -1).join("/");

export const carriesFiles = (event) => Boolean(event.dataTransfer?.types && [...event.dataTransfer.types].includes("Files"));

export async function fromDrop(transfer) {
  // All of it at once: what a drop carries is gone after the first pause.
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const taken = items.map((item) => ({
    entry: item.webkitGetAsEntry?.() ?? null,
    handle: item.getAsFileSystemHandle?.().catch(() => null) ?? null,
    file: item.getAsFile(),
  }));
  const found = [];
  for (const { entry, handle, file } of taken) {
    const opened = await handle;
    if (opened) await walkHandle(opened, "", found);
    else if (entry?.isDirectory) await walkEntry(entry, "", found);
    else if (file) found.push({ file, path: "", handle: null });
  }
  return found;
}

export async function fromPicker({ folder = false } = {}) {
  const found = [];
  const handles = folder ? [await window.showDirectoryPicker()] : await window.showOpenFilePicker({ multiple: true });
  for (const handle of handles) await walkHandle(handle, "", found);
  return found;
}

export const hasPickers = () => window.isSecureContext && "showOpenFilePicker" in window;

async function walkHandle(handle, path, found) {
  if (handle.kind === "file") {
    const file = await handle.getFile().catch(() => null);
    if (file) found.push({ file, path, handle });
    return;
  }
  for await (const child of handle.values()) await walkHandle(child, join(path, handle.name), found);
}

async function walkEntry(entry, path, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
    if (file) found.push({ file, path, handle: null });
    return;
  }
  const reader = entry.createReader();
  // A reader gives at most a hundred at once, and nothing at the end.
  for (;;) {
    const children = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!children.length) return;
    for (const child of children) await walkEntry(child, join(path, entry.name), found);
  }
}

const join = (path, name) => (path ? `${path}/${name}` : name);
