// The crop editor: the focal rectangle and each preset's own crop, drawn over the picture, previewed live, saved at once.

import { planGeometry, toRectangle } from "./geometry.js";
import { HANDLES, between, grow, hitTest, move, resize, round, sameRectangle } from "./rectangles.js";

const HANDLE_PX = 9;
const REACH_PX = 14;
const SHADE = "rgb(0 0 0 / 55%)";
const CURSORS = { n: "ns", s: "ns", e: "ew", w: "ew", nw: "nwse", se: "nwse", ne: "nesw", sw: "nesw" };
const MAX_UNDO = 200;
const TILE = { width: 168, height: 112 };

export function editCrops(stage, send) {
  const panel = document.getElementById("crops");
  if (!panel) return null;
  const given = JSON.parse(document.getElementById("crops-data").textContent);
  const presets = new Map(given.presets.map((preset) => [preset.code, preset]));
  const tiles = new Map([...panel.querySelectorAll("[data-preset]")].map((tile) => [tile.dataset.preset, tile]));
  const numbers = Object.fromEntries([...panel.querySelectorAll("[data-number]")].map((box) => [box.dataset.number, box]));
  const parts = Object.fromEntries([...panel.querySelectorAll("[data-crop]")].map((part) => [part.dataset.crop, part]));
  const texts = panel.dataset;
  let state = { focal: given.focal, crops: given.crops };
  let saved = state;
  let past = [];
  let future = [];
  let chosen = "";
  let gesture = null;
  let isSaving = false;

  const { width: W, height: H } = stage.natural;

  // The shape that a preset's crop must keep, as width : height in fractions of the picture; null: any.
  const lockOf = (code) => {
    const preset = presets.get(code);
    return preset?.fit === "cover" && preset.width && preset.height ? preset.width / preset.height / (W / H) : null;
  };
  const subject = given.subject;
  const planOf = (code, crop) => planGeometry(W, H, presets.get(code), { focal: state.focal, crop, subject });
  const boxOf = (code) => toRectangle(planOf(code, null).box, W, H);
  const current = () => (chosen ? (state.crops[chosen] ?? null) : state.focal);
  const shown = () => current() ?? (chosen ? boxOf(chosen) : null);
  const isDirty = () => changes() !== null;

  function changes() {
    const body = {};
    if (!sameRectangle(state.focal, saved.focal)) body.focal = state.focal;
    const crops = {};
    for (const code of new Set([...Object.keys(state.crops), ...Object.keys(saved.crops)])) {
      if (!sameRectangle(state.crops[code] ?? null, saved.crops[code] ?? null)) crops[code] = state.crops[code] ?? null;
    }
    if (Object.keys(crops).length) body.crops = crops;
    return Object.keys(body).length ? body : null;
  }

  function put(rectangle) {
    const next = rectangle && round(rectangle);
    if (!chosen) state = { ...state, focal: next };
    else {
      const crops = { ...state.crops };
      if (next) crops[chosen] = next;
      else delete crops[chosen];
      state = { ...state, crops };
    }
    refresh();
  }

  function remember() {
    past = [...past, state].slice(-MAX_UNDO);
    future = [];
  }

  function change(rectangle) {
    if (sameRectangle(current(), rectangle && round(rectangle))) return;
    remember();
    put(rectangle);
  }

  function step(from, to) {
    if (!from.length) return;
    to.push(state);
    state = from.pop();
    refresh();
  }
  const undo = () => step(past, future);
  const redo = () => step(future, past);

  function choose(code) {
    chosen = code;
    for (const [name, tile] of tiles) tile.setAttribute("aria-pressed", String(name === code));
    refresh();
  }

  function refresh() {
    stage.paint();
    for (const [code, tile] of tiles) preview(code, tile);
    const rectangle = shown();
    for (const [name, box] of Object.entries(numbers)) {
      const whole = name === "left" || name === "width" ? W : H;
      if (document.activeElement !== box) box.value = rectangle ? Math.round(rectangle[name] * whole) : "";
    }
    parts.reset.disabled = !current();
    parts.reset.textContent = chosen ? texts.textReset : texts.textClear;
    parts.undo.disabled = !past.length;
    parts.redo.disabled = !future.length;
    parts.save.disabled = !isDirty() || isSaving;
    parts.title.textContent = chosen ? tiles.get(chosen).dataset.label : texts.textFocal;
    parts.help.textContent = chosen ? (lockOf(chosen) ? texts.textLocked : texts.textFree) : texts.textDraw;
    const own = Boolean(chosen && state.crops[chosen]);
    parts.state.textContent = isSaving ? texts.textSaving : isDirty() ? texts.textDirty : own ? texts.textOwn : "";
    panel.classList.toggle("is-dirty", isDirty());
  }

  function preview(code, tile) {
    const canvas = tile.querySelector("canvas");
    if (!code || !stage.picture.naturalWidth) return;
    const plan = planOf(code, state.crops[code] ?? null);
    const scale = Math.min(TILE.width / plan.canvas[0], TILE.height / plan.canvas[1], 1);
    const density = devicePixelRatio || 1;
    const [outWidth, outHeight] = plan.canvas.map((side) => Math.max(1, Math.round(side * scale * density)));
    canvas.width = outWidth;
    canvas.height = outHeight;
    canvas.style.width = `${outWidth / density}px`;
    const pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    const [left, top, right, bottom] = plan.box;
    const [sx, sy] = [stage.picture.naturalWidth / W, stage.picture.naturalHeight / H];
    const [w, h] = plan.picture.map((side) => side * scale * density);
    if (presets.get(code).background) {
      pen.fillStyle = presets.get(code).background;
      pen.fillRect(0, 0, outWidth, outHeight);
    }
    const [x, y] = plan.offset.map((side) => side * scale * density);
    pen.drawImage(stage.picture, left * sx, top * sy, (right - left) * sx, (bottom - top) * sy, x, y, w, h);
    tile.classList.toggle("has-own", Boolean(state.crops[code]));
    const px = tile.querySelector("[data-px]");
    if (px) px.textContent = `${plan.canvas[0]} × ${plan.canvas[1]}`;
  }

  stage.setPainter("crop", (pen, width, height) => {
    const rectangle = shown();
    if (!rectangle) return;
    const [x, y] = [rectangle.left * width, rectangle.top * height];
    const [w, h] = [rectangle.width * width, rectangle.height * height];
    pen.fillStyle = SHADE;
    pen.beginPath();
    pen.rect(0, 0, width, height);
    pen.rect(x, y, w, h);
    pen.fill("evenodd");
    pen.strokeStyle = "rgb(255 255 255 / 45%)";
    pen.lineWidth = 1;
    for (const third of [1 / 3, 2 / 3]) {
      line(pen, x + w * third, y, x + w * third, y + h);
      line(pen, x, y + h * third, x + w, y + h * third);
    }
    pen.setLineDash(current() ? [] : [6, 4]);
    pen.strokeStyle = "#fff";
    pen.lineWidth = 2;
    pen.strokeRect(x, y, w, h);
    pen.setLineDash([]);
    pen.fillStyle = "#fff";
    pen.strokeStyle = "rgb(0 0 0 / 60%)";
    pen.lineWidth = 1;
    for (const handle of HANDLES) {
      const at = handlePoint(handle, x, y, w, h);
      pen.fillRect(at.x - HANDLE_PX / 2, at.y - HANDLE_PX / 2, HANDLE_PX, HANDLE_PX);
      pen.strokeRect(at.x - HANDLE_PX / 2, at.y - HANDLE_PX / 2, HANDLE_PX, HANDLE_PX);
    }
  });

  const isHere = () => stage.mode() === "crop";
  const reach = (event) => {
    const { width, height } = stage.size();
    const px = event.pointerType === "touch" ? REACH_PX * 1.6 : REACH_PX;
    return { x: px / width, y: px / height };
  };

  stage.overlay.addEventListener("pointerdown", (event) => {
    if (!isHere() || event.button > 0) return;
    event.preventDefault();
    stage.overlay.focus({ preventScroll: true });
    stage.overlay.setPointerCapture(event.pointerId);
    const start = stage.toPoint(event);
    gesture = { start, what: hitTest(shown(), start, reach(event)) ?? "draw", from: shown(), before: state };
  });
  stage.overlay.addEventListener("pointermove", (event) => {
    if (!isHere()) return;
    const here = stage.toPoint(event);
    if (!gesture) {
      const what = hitTest(shown(), here, reach(event));
      stage.overlay.style.cursor = what === "move" ? "move" : what ? `${CURSORS[what]}-resize` : "crosshair";
      return;
    }
    const { start, what, from } = gesture;
    const ratio = lockOf(chosen);
    if (what === "move") put(move(from, here.x - start.x, here.y - start.y));
    else if (what === "draw") {
      if (Math.hypot(here.x - start.x, here.y - start.y) > 0.01) put(between(start, here, ratio));
    } else put(resize(from, what, here, ratio));
  });
  const finish = () => {
    if (!gesture) return;
    if (gesture.before !== state) {
      past = [...past, gesture.before].slice(-MAX_UNDO);
      future = [];
    }
    gesture = null;
    refresh();
  };
  stage.overlay.addEventListener("pointerup", finish);
  stage.overlay.addEventListener("pointercancel", finish);

  // Arrow keys move by one pixel of the original or what is nearest to it on the screen; with Shift ten times as far.
  stage.overlay.addEventListener("keydown", (event) => {
    if (!isHere()) return;
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (arrows) {
      event.preventDefault();
      const from = shown() ?? { left: 0.4, top: 0.4, width: 0.2, height: 0.2 };
      const far = event.shiftKey ? 10 : 1;
      const { width, height } = stage.size();
      const [dx, dy] = [(arrows[0] * far) / width, (arrows[1] * far) / height];
      change(event.altKey ? grow(from, dx, dy, lockOf(chosen)) : move(from, dx, dy));
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      change(null);
    } else if (event.key === "Escape") {
      event.preventDefault();
      chosen ? choose("") : stage.setMode("look");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!isHere() || !(event.ctrlKey || event.metaKey) || event.target.closest("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    if (key === "z") event.shiftKey ? redo() : undo();
    else if (key === "y") redo();
    else return;
    event.preventDefault();
  });
  // In the capturing phase, before the page's own Ctrl+S presses the form's button.
  document.addEventListener(
    "keydown",
    (event) => {
      if (isHere() && isDirty() && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        event.stopPropagation();
        save();
      }
    },
    { capture: true },
  );

  panel.addEventListener("click", (event) => {
    const tile = event.target.closest("[data-preset]");
    if (tile) choose(tile.dataset.preset);
  });
  for (const box of Object.values(numbers)) {
    box.addEventListener("change", () => {
      const values = Object.fromEntries(
        Object.entries(numbers).map(([name, each]) => [name, Number(each.value) / (/left|width/.test(name) ? W : H)]),
      );
      if (Object.values(values).some((value) => !Number.isFinite(value))) return;
      const ratio = lockOf(chosen);
      if (ratio && box === numbers.width) values.height = values.width / ratio;
      if (ratio && box === numbers.height) values.width = values.height * ratio;
      const fits = ratio ? grow({ ...values }, 0, 0, ratio) : values;
      change(move(fits, 0, 0));
      box.blur();
      refresh();
    });
  }
  parts.undo.addEventListener("click", undo);
  parts.redo.addEventListener("click", redo);
  parts.reset.addEventListener("click", () => change(null));
  parts.save.addEventListener("click", () => save());

  async function save() {
    const body = changes();
    if (!body || isSaving) return;
    const sent = state;
    isSaving = true;
    refresh();
    const answer = await send(body);
    isSaving = false;
    if (answer.ok) {
      saved = { focal: answer.focal, crops: answer.crops };
      if (state === sent) state = saved;
      say(texts.textSaved);
    } else if (answer.present) {
      askWhose(answer);
    } else {
      say(answer.message, true);
    }
    refresh();
  }

  // Somebody else drew meanwhile: theirs, or ours over theirs.
  function askWhose(answer) {
    const dialog = document.getElementById("crop-conflict");
    dialog.querySelector("[data-sentence]").textContent = answer.message;
    dialog.showModal();
    dialog.addEventListener(
      "close",
      () => {
        saved = { focal: answer.present.focal, crops: answer.present.crops };
        if (dialog.returnValue === "theirs") {
          remember();
          state = saved;
          refresh();
        } else if (dialog.returnValue === "mine") {
          refresh();
          save();
        } else refresh();
      },
      { once: true },
    );
  }

  function say(message, isBad = false) {
    parts.notice.textContent = message;
    parts.notice.classList.toggle("vt-error", isBad);
    if (!isBad) setTimeout(() => (parts.notice.textContent = ""), 4000);
  }

  window.addEventListener("beforeunload", (event) => {
    if (isDirty()) event.preventDefault();
  });
  stage.onMode(refresh);
  stage.picture.addEventListener("load", refresh);
  stage.whenLoaded().then(() => {
    choose("");
    panel.removeAttribute("aria-busy");
  });
  return { isDirty };
}

function line(pen, x1, y1, x2, y2) {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}

function handlePoint(handle, x, y, w, h) {
  return {
    x: handle.includes("w") ? x : handle.includes("e") ? x + w : x + w / 2,
    y: handle.includes("n") ? y : handle.includes("s") ? y + h : y + h / 2,
  };
}
