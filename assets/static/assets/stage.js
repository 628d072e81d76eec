// The picture of the asset's page: fitted, enlarged, moved; other modules draw over it and take the pointer in their mode.

const MAX_ZOOM = 32;
const STEP = 1.25;
const MAX_OVERLAY_SIDE = 4096;

export function openStage(root) {
  const frame = root.querySelector("[data-frame]");
  const sheet = root.querySelector("[data-sheet]");
  const picture = sheet.querySelector("img");
  const overlay = sheet.querySelector("canvas");
  const level = root.querySelector("[data-zoom-level]");
  const natural = { width: Number(root.dataset.width), height: Number(root.dataset.height) };
  const own = picture.getAttribute("src");
  const painters = new Map();
  const listeners = new Set();
  let mode = "look";
  let zoom = 1;
  let offset = { x: 0, y: 0 };
  let fitted = { width: 1, height: 1 };

  const size = () => ({ width: fitted.width * zoom, height: fitted.height * zoom });
  const isFitted = () => zoom === 1;

  function fit() {
    const room = { width: frame.clientWidth - 16, height: frame.clientHeight - 16 };
    const scale = Math.min(room.width / natural.width, room.height / natural.height);
    fitted = { width: Math.max(1, natural.width * scale), height: Math.max(1, natural.height * scale) };
    place();
  }

  function place() {
    const { width, height } = size();
    const slack = { x: Math.max(0, (width - frame.clientWidth) / 2 + 8), y: Math.max(0, (height - frame.clientHeight) / 2 + 8) };
    offset = { x: clamp(offset.x, -slack.x, slack.x), y: clamp(offset.y, -slack.y, slack.y) };
    sheet.style.width = `${width}px`;
    sheet.style.height = `${height}px`;
    sheet.style.left = `${(frame.clientWidth - width) / 2 + offset.x}px`;
    sheet.style.top = `${(frame.clientHeight - height) / 2 + offset.y}px`;
    if (level) level.textContent = `${Math.round((width / natural.width) * 100)} %`;
    root.classList.toggle("is-enlarged", !isFitted());
    sharpen(width);
    paint();
  }

  // Beyond what the preview shows, a larger file is fetched: once, and only when somebody looks that closely.
  function sharpen(width) {
    const closer = root.dataset.closer;
    if (!closer || picture.dataset.isSharp || picture.getAttribute("src") !== own || width * devicePixelRatio <= picture.naturalWidth * 1.05) return;
    picture.dataset.isSharp = "true";
    const larger = new Image();
    larger.addEventListener("load", () => (picture.src = closer));
    larger.src = closer;
  }

  function paint() {
    const { width, height } = size();
    const density = Math.min(devicePixelRatio || 1, MAX_OVERLAY_SIDE / width, MAX_OVERLAY_SIDE / height);
    overlay.width = Math.round(width * density);
    overlay.height = Math.round(height * density);
    const pen = overlay.getContext("2d");
    pen.setTransform(density, 0, 0, density, 0, 0);
    painters.get(mode)?.(pen, width, height);
  }

  function zoomTo(next, centre = null) {
    const before = size();
    zoom = clamp(next, 1, MAX_ZOOM);
    if (isFitted()) offset = { x: 0, y: 0 };
    else if (centre) {
      const box = frame.getBoundingClientRect();
      const from = { x: centre.x - box.left - box.width / 2 - offset.x, y: centre.y - box.top - box.height / 2 - offset.y };
      const growth = size().width / before.width;
      offset = { x: offset.x - from.x * (growth - 1), y: offset.y - from.y * (growth - 1) };
    }
    place();
  }

  const fullZoom = () => Math.max(1, natural.width / fitted.width);

  function setMode(next) {
    mode = next;
    root.dataset.mode = next;
    for (const button of root.querySelectorAll("[data-mode-button]")) {
      button.setAttribute("aria-pressed", String(button.dataset.modeButton === next));
    }
    for (const part of document.querySelectorAll("[data-only-in]")) part.hidden = part.dataset.onlyIn !== next;
    fit();
    for (const listen of listeners) listen(next);
  }

  const actions = {
    in: () => zoomTo(zoom * STEP),
    out: () => zoomTo(zoom / STEP),
    fit: () => zoomTo(1),
    full: () => zoomTo(fullZoom()),
    screen: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.()),
  };

  root.addEventListener("click", (event) => {
    const zoomButton = event.target.closest("[data-zoom]");
    if (zoomButton) actions[zoomButton.dataset.zoom]?.();
    const modeButton = event.target.closest("[data-mode-button]");
    if (modeButton) setMode(modeButton.dataset.modeButton);
  });
  frame.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey && isFitted()) return;
      event.preventDefault();
      zoomTo(zoom * Math.exp(-event.deltaY / 300), { x: event.clientX, y: event.clientY });
    },
    { passive: false },
  );
  frame.addEventListener("dblclick", (event) => {
    if (mode === "look") zoomTo(isFitted() ? fullZoom() : 1, { x: event.clientX, y: event.clientY });
  });
  frame.addEventListener("keydown", (event) => {
    if (mode !== "look" || event.ctrlKey || event.metaKey || event.altKey) return;
    const named = { "+": "in", "=": "in", "-": "out", 0: "fit", 1: "full", f: "screen" }[event.key];
    const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    if (named) actions[named]();
    else if (step && !isFitted()) {
      offset = { x: offset.x + step[0], y: offset.y + step[1] };
      place();
    } else return;
    event.preventDefault();
  });
  watchPointers();
  new ResizeObserver(fit).observe(frame);

  function watchPointers() {
    const down = new Map();
    let spread = 0;
    const distance = () => {
      const [one, other] = [...down.values()];
      return Math.hypot(one.x - other.x, one.y - other.y);
    };
    frame.addEventListener("pointerdown", (event) => {
      if (mode !== "look" || event.button > 0) return;
      down.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (down.size === 2) spread = distance();
      if (!isFitted() || down.size === 2) frame.setPointerCapture(event.pointerId);
    });
    frame.addEventListener("pointermove", (event) => {
      const last = down.get(event.pointerId);
      if (!last) return;
      const here = { x: event.clientX, y: event.clientY };
      down.set(event.pointerId, here);
      if (down.size === 2) {
        const [one, other] = [...down.values()];
        const now = distance();
        if (spread) zoomTo((zoom * now) / spread, { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });
        spread = now;
      } else if (!isFitted()) {
        offset = { x: offset.x + here.x - last.x, y: offset.y + here.y - last.y };
        place();
      }
    });
    const lift = (event) => down.delete(event.pointerId) && (spread = 0);
    frame.addEventListener("pointerup", lift);
    frame.addEventListener("pointercancel", lift);
  }

  setMode("look");
  return {
    root,
    frame,
    sheet,
    picture,
    overlay,
    natural,
    paint,
    setMode,
    // Another picture in the same frame, such as another page.
    show(url, { width, height }) {
      picture.src = url;
      natural.width = width;
      natural.height = height;
      zoom = 1;
      fit();
    },
    mode: () => mode,
    size,
    onMode: (listen) => listeners.add(listen),
    setPainter: (name, painter) => painters.set(name, painter),
    // Where a pointer is, in fractions of the picture.
    toPoint(event) {
      const box = sheet.getBoundingClientRect();
      return { x: clamp((event.clientX - box.left) / box.width, 0, 1), y: clamp((event.clientY - box.top) / box.height, 0, 1) };
    },
    whenLoaded: () => (picture.complete && picture.naturalWidth ? Promise.resolve() : picture.decode().catch(() => {})),
  };
}

export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
