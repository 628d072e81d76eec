// The arithmetic of assets/render/geometry.py, for previews that are drawn in the browser.
// A rectangle is {left, top, width, height} in fractions of the picture as seen; a box is [left, top, right, bottom] in pixels.

export const MIN_SIDE = 0.01;
const NO_LIMIT = 16383;

// Scale `box` of the source to `picture` pixels and place it, centred, on `canvas` pixels.
export function planGeometry(width, height, preset, { focal = null, crop = null } = {}) {
  const limit = preset.maxSide ?? NO_LIMIT;
  const isCover = preset.fit === "cover" && preset.width && preset.height;
  if (isCover) {
    const ratio = preset.width / preset.height;
    const box = crop ? boxOfCrop(width, height, crop, ratio) : cropBox(width, height, ratio, focal);
    const [boxWidth, boxHeight] = [box[2] - box[0], box[3] - box[1]];
    const fills = boxWidth >= preset.width && boxHeight >= preset.height;
    const size = fills ? [preset.width, preset.height] : shrink(boxWidth, boxHeight, preset.width, preset.height);
    return { box, picture: size, canvas: size };
  }
  const box = crop ? boxOfCrop(width, height, crop, null) : [0, 0, width, height];
  const maxWidth = Math.min(preset.width || limit, limit);
  const maxHeight = Math.min(preset.height || limit, limit);
  const size = shrink(box[2] - box[0], box[3] - box[1], maxWidth, maxHeight);
  const isPad = preset.fit === "pad" && preset.width && preset.height;
  return { box, picture: size, canvas: isPad ? [preset.width, preset.height] : size };
}

export function shrink(width, height, maxWidth, maxHeight) {
  const scale = Math.min(maxWidth / width, maxHeight / height, 1);
  return [Math.max(1, roundHalfEven(width * scale)), Math.max(1, roundHalfEven(height * scale))];
}

// The largest box of this ratio, centred on the focal rectangle as far as the edges allow.
export function cropBox(width, height, ratio, focal = null) {
  const [boxWidth, boxHeight] = width / height < ratio ? [width, width / ratio] : [height * ratio, height];
  const centreX = focal ? (focal.left + focal.width / 2) * width : width / 2;
  const centreY = focal ? (focal.top + focal.height / 2) * height : height / 2;
  const left = Math.min(Math.max(centreX - boxWidth / 2, 0), width - boxWidth);
  const top = Math.min(Math.max(centreY - boxHeight / 2, 0), height - boxHeight);
  return [left, top, left + boxWidth, top + boxHeight];
}

// Python rounds halves to the even neighbour, JavaScript up.
export function roundHalfEven(value) {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

export function toRectangle([left, top, right, bottom], width, height) {
  return { left: left / width, top: top / height, width: (right - left) / width, height: (bottom - top) / height };
}

function boxOfCrop(width, height, crop, _ratio) {
  return [crop.left * width, crop.top * height, (crop.left + crop.width) * width, (crop.top + crop.height) * height];
}
