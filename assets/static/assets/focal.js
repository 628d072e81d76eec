// The focal rectangle: drawn on a canvas, with a live look at every preset that crops.

const stage = document.getElementById("focal");
const canvas = stage?.querySelector("canvas");
const form = document.querySelector(".as-focal");
const status = form?.querySelector("[data-focal-status]");
const previews = [...document.querySelectorAll("[data-crop-width]")];
const NAMES = ["left", "top", "width", "height"];
const SMALLEST = 0.02;
const STEP = 0.02;

if (canvas && form) start();

function start() {
  const picture = new Image();
  picture.addEventListener("load", () => {
    edit(picture);
    canvas.removeAttribute("aria-busy");
  });
  picture.src = stage.dataset.src;
}

function edit(picture) {
  let rectangle = read();
  let origin = null;

  const show = () => {
    draw(picture, rectangle);
    for (const preview of previews) crop(picture, rectangle, preview);
    status.textContent = rectangle ? NAMES.map((name) => `${Math.round(rectangle[name] * 100)} %`).join(" · ") : "";
  };
  const change = (next) => {
    rectangle = next && keepInside(next);
    write(rectangle);
    show();
  };

  canvas.addEventListener("pointerdown", (event) => {
    origin = place(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!origin) return;
    const here = place(event);
    change({
      left: Math.min(origin.x, here.x),
      top: Math.min(origin.y, here.y),
      width: Math.abs(origin.x - here.x),
      height: Math.abs(origin.y - here.y),
    });
  });
  canvas.addEventListener("pointerup", () => {
    origin = null;
  });
  canvas.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const from = rectangle ?? { left: 0.4, top: 0.4, width: 0.2, height: 0.2 };
    change(
      event.shiftKey
        ? { ...from, width: from.width + move[0], height: from.height + move[1] }
        : { ...from, left: from.left + move[0], top: from.top + move[1] },
    );
  });
  show();
}

function place(event) {
  const box = canvas.getBoundingClientRect();
  const clamp = (value) => Math.min(Math.max(value, 0), 1);
  return { x: clamp((event.clientX - box.left) / box.width), y: clamp((event.clientY - box.top) / box.height) };
}

function keepInside({ left, top, width, height }) {
  const wide = Math.min(Math.max(width, SMALLEST), 1);
  const high = Math.min(Math.max(height, SMALLEST), 1);
  return {
    left: Math.min(Math.max(left, 0), 1 - wide),
    top: Math.min(Math.max(top, 0), 1 - high),
    width: wide,
    height: high,
  };
}

function read() {
  const values = NAMES.map((name) => Number.parseFloat(form.elements[name].value));
  return values.some(Number.isNaN) ? null : Object.fromEntries(NAMES.map((name, index) => [name, values[index]]));
}

function write(rectangle) {
  for (const name of NAMES) form.elements[name].value = rectangle ? rectangle[name].toFixed(4) : "";
}

function draw(picture, rectangle) {
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  if (!rectangle) return;
  const [x, y] = [rectangle.left * canvas.width, rectangle.top * canvas.height];
  const [w, h] = [rectangle.width * canvas.width, rectangle.height * canvas.height];
  pen.fillStyle = "rgb(0 0 0 / 45%)";
  pen.beginPath();
  pen.rect(0, 0, canvas.width, canvas.height);
  pen.rect(x, y, w, h);
  pen.fill("evenodd");
  pen.lineWidth = Math.max(2, canvas.width / 300);
  pen.strokeStyle = "#fff";
  pen.strokeRect(x, y, w, h);
}

// The same arithmetic as assets/render/geometry.py: the largest box of the preset's ratio, centred on the rectangle.
function crop(picture, rectangle, preview) {
  const [width, height] = [Number(preview.dataset.cropWidth), Number(preview.dataset.cropHeight)];
  const ratio = width / height;
  const [w, h] = [picture.naturalWidth, picture.naturalHeight];
  const [boxWidth, boxHeight] = w / h < ratio ? [w, w / ratio] : [h * ratio, h];
  const centre = rectangle ?? { left: 0, top: 0, width: 1, height: 1 };
  const x = (centre.left + centre.width / 2) * w - boxWidth / 2;
  const y = (centre.top + centre.height / 2) * h - boxHeight / 2;
  const left = Math.min(Math.max(x, 0), w - boxWidth);
  const top = Math.min(Math.max(y, 0), h - boxHeight);
  const scale = Math.min(192 / width, 128 / height, 1);
  preview.width = Math.round(width * scale);
  preview.height = Math.round(height * scale);
  preview.getContext("2d").drawImage(picture, left, top, boxWidth, boxHeight, 0, 0, preview.width, preview.height);
}
