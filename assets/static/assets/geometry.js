// The arithmetic of assets/render/geometry.py, for previews that are drawn in the browser; tests hold the two together.
// A rectangle is {left, top, width, height} in fractions of the picture as seen; a box is [left, top, right, bottom] in pixels.

export const MIN_SIDE = 0.01;
const NO_LIMIT = 65000;
const DEFAULT_PADDING = 5;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// Scale `box` of the source to `picture` pixels and place it at `offset` on `canvas` pixels.
export function planGeometry(width, height, preset, { focal = null, crop = null, subject = null } = {}) {
  const hasBox = Boolean(preset.width && preset.height);
  let box = [0, 0, width, height];
  if (crop) {
    box = [
      crop.left * width,
      crop.top * height,
      Math.min((crop.left + crop.width) * width, width),
      Math.min((crop.top + crop.height) * height, height),
    ];
  }
  if (preset.fit === "trim" && hasBox && !crop && subject) return setSubject(box, subject, preset);
  if (preset.fit === "cover" && hasBox) {
    const centre =
      focal && !crop ? [(focal.left + focal.width / 2) * width, (focal.top + focal.height / 2) * height] : null;
    box = cropBox(box, preset.width / preset.height, centre);
    const fills = box[2] - box[0] >= preset.width && box[3] - box[1] >= preset.height;
    const size = fills ? [preset.width, preset.height] : shrink(box, preset.width, preset.height);
    return { box, picture: size, canvas: size, offset: [0, 0] };
  }
  const limit = preset.maxSide ?? NO_LIMIT;
  const size = shrink(box, Math.min(preset.width || limit, limit), Math.min(preset.height || limit, limit));
  if ((preset.fit === "pad" || preset.fit === "trim") && hasBox) {
    const canvas = [preset.width, preset.height];
    const offset = [Math.floor((canvas[0] - size[0]) / 2), Math.floor((canvas[1] - size[1]) / 2)];
    return { box, picture: size, canvas, offset };
  }
  return { box, picture: size, canvas: size, offset: [0, 0] };
}

function shrink(box, maxWidth, maxHeight) {
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  const scale = Math.min(maxWidth / width, maxHeight / height, 1);
  return [Math.max(1, roundHalfEven(width * scale)), Math.max(1, roundHalfEven(height * scale))];
}

// The largest box of this ratio, centred on a point as far as the edges allow.
function cropBox(within, ratio, centre) {
  const [width, height] = [within[2] - within[0], within[3] - within[1]];
  const [boxWidth, boxHeight] = width / height < ratio ? [width, width / ratio] : [height * ratio, height];
  const [x, y] = centre ?? [within[0] + width / 2, within[1] + height / 2];
  const left = Math.min(Math.max(x - boxWidth / 2, within[0]), within[2] - boxWidth);
  const top = Math.min(Math.max(y - boxHeight / 2, within[1]), within[3] - boxHeight);
  return [left, top, left + boxWidth, top + boxHeight];
}

// The product as large as canvas and padding allow, in the middle.
function setSubject(whole, subject, preset) {
  const canvas = [preset.width, preset.height];
  const padding = (Math.min(...canvas) * (preset.padding ?? DEFAULT_PADDING)) / 100;
  const [width, height] = [whole[2], whole[3]];
  const [left, top, right, bottom] = [subject[0] * width, subject[1] * height, subject[2] * width, subject[3] * height];
  const inner = canvas.map((side) => Math.max(side - 2 * padding, 1));
  const scale = Math.min(inner[0] / (right - left), inner[1] / (bottom - top), 1);
  const shownLeft = (left + right) / 2 - canvas[0] / scale / 2;
  const shownTop = (top + bottom) / 2 - canvas[1] / scale / 2;
  const box = [
    Math.max(shownLeft, 0),
    Math.max(shownTop, 0),
    Math.min(shownLeft + canvas[0] / scale, width),
    Math.min(shownTop + canvas[1] / scale, height),
  ];
  const size = [0, 1].map((axis) =>
    Math.min(Math.max(1, roundHalfEven((box[axis + 2] - box[axis]) * scale)), canvas[axis]),
  );
  const offset = [
    Math.min(roundHalfEven((box[0] - shownLeft) * scale), canvas[0] - size[0]),
    Math.min(roundHalfEven((box[1] - shownTop) * scale), canvas[1] - size[1]),
  ];
  return { box, picture: size, canvas, offset };
}

// Python rounds halves to the even neighbour, JavaScript up.
function roundHalfEven(value) {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

export function toRectangle([left, top, right, bottom], width, height) {
  return {
    left: clamp(left / width, 0, 1),
    top: clamp(top / height, 0, 1),
    width: (right - left) / width,
    height: (bottom - top) / height,
  };
}
