// Two versions of a picture: side by side, one under the other, or what differs of their pixels.

const root = document.getElementById("compare");
const panes = [...document.querySelectorAll("[data-shows]")];
const ways = [...document.querySelectorAll("[data-way]")];
const MAX_SIDE = 1600;

for (const form of document.querySelectorAll("[data-autosubmit]")) form.addEventListener("change", (event) => event.target.matches("select") && form.submit());

if (root && ways.length) start();

function start() {
  for (const button of ways) {
    button.addEventListener("click", () => {
      for (const each of ways) each.setAttribute("aria-pressed", String(each === button));
      for (const pane of panes) pane.hidden = pane.dataset.shows !== button.dataset.way;
      if (button.dataset.way === "difference") difference();
    });
  }
  const slider = document.querySelector("[data-slider]");
  const box = document.querySelector(".ap-slider-box");
  const slide = () => box.style.setProperty("--share", `${slider.value}%`);
  slider.addEventListener("input", slide);
  const drag = (event) => {
    if (event.type === "pointermove" && !event.buttons) return;
    const { left, width } = box.getBoundingClientRect();
    slider.value = ((event.clientX - left) / width) * 100;
    slide();
  };
  box.addEventListener("pointerdown", drag);
  box.addEventListener("pointermove", drag);
  slide();
}

let pixels = null;

async function difference() {
  const tolerance = document.querySelector("[data-tolerance]");
  pixels ??= await readBoth();
  paint(Number(tolerance.value));
  tolerance.oninput = () => {
    document.querySelector("[data-tolerance-level]").textContent = tolerance.value;
    paint(Number(tolerance.value));
  };
}

async function readBoth() {
  const [before, after] = await Promise.all([root.dataset.before, root.dataset.after].map(load));
  const scale = Math.min(1, MAX_SIDE / Math.max(before.naturalWidth, before.naturalHeight));
  const [width, height] = [before.naturalWidth, before.naturalHeight].map((side) => Math.max(1, Math.round(side * scale)));
  const read = (picture) => {
    const canvas = new OffscreenCanvas(width, height);
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, width, height);
    pen.drawImage(picture, 0, 0, width, height);
    return pen.getImageData(0, 0, width, height).data;
  };
  const shapes = [before, after].map((picture) => picture.naturalWidth / picture.naturalHeight);
  return { width, height, before: read(before), after: read(after), isAlike: Math.abs(shapes[0] / shapes[1] - 1) < 0.01 };
}

async function load(url) {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  return picture;
}

// The earlier version in pale grey; over it, in red, every pixel of which a channel differs by more than the tolerance.
export function diffPixels(before, after, tolerance, out) {
  let differing = 0;
  for (let at = 0; at < before.length; at += 4) {
    const gap = Math.max(
      Math.abs(before[at] - after[at]),
      Math.abs(before[at + 1] - after[at + 1]),
      Math.abs(before[at + 2] - after[at + 2]),
    );
    const grey = 170 + (before[at] * 0.3 + before[at + 1] * 0.59 + before[at + 2] * 0.11) / 3;
    const isFar = gap > tolerance;
    differing += Number(isFar);
    const strength = isFar ? 0.45 + (0.55 * gap) / 255 : 0;
    out[at] = grey + (220 - grey) * strength;
    out[at + 1] = grey * (1 - strength) + 20 * strength;
    out[at + 2] = grey * (1 - strength) + 40 * strength;
    out[at + 3] = 255;
  }
  return differing / (before.length / 4);
}

function paint(tolerance) {
  const { width, height, before, after, isAlike } = pixels;
  const canvas = document.querySelector("[data-shows=difference] canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(width, height);
  const share = diffPixels(before, after, tolerance, image.data);
  pen.putImageData(image, 0, 0);
  const told = document.querySelector("[data-share]");
  const percent = share * 100;
  const text = told.dataset.text.replace("#", percent > 0 && percent < 0.1 ? "< 0.1" : percent.toFixed(1));
  told.textContent = isAlike ? text : `${text} ${told.dataset.sizes}`;
}
