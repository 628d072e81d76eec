// Rectangles that people draw, move and resize; pure arithmetic on fractions of the picture.

import { MIN_SIDE } from "./geometry.js";

export const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
const DIGITS = 4;

export const sameRectangle = (one, other) =>
  one === other ||
  Boolean(one && other && ["left", "top", "width", "height"].every((name) => Math.abs(one[name] - other[name]) < 5e-5));

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

export function round({ left, top, width, height }) {
  const cut = (value) => Number(value.toFixed(DIGITS));
  const [x, y] = [cut(left), cut(top)];
  return { left: x, top: y, width: Math.min(cut(width), cut(1 - x)), height: Math.min(cut(height), cut(1 - y)) };
}

// Between two points, in any order. `ratio` (width : height, in fractions) is kept where it is given.
export function between(start, end, ratio = null) {
  let [width, height] = [Math.abs(end.x - start.x), Math.abs(end.y - start.y)];
  const [towardsRight, towardsBottom] = [end.x >= start.x, end.y >= start.y];
  if (ratio) {
    width = Math.max(width, height * ratio, MIN_SIDE, MIN_SIDE * ratio);
    const room = {
      width: towardsRight ? 1 - start.x : start.x,
      height: towardsBottom ? 1 - start.y : start.y,
    };
    width = Math.min(width, room.width, room.height * ratio);
    height = width / ratio;
  }
  return keepInside({
    left: towardsRight ? start.x : start.x - width,
    top: towardsBottom ? start.y : start.y - height,
    width,
    height,
  });
}

export function keepInside({ left, top, width, height }) {
  const wide = clamp(width, MIN_SIDE, 1);
  const high = clamp(height, MIN_SIDE, 1);
  return { left: clamp(left, 0, 1 - wide), top: clamp(top, 0, 1 - high), width: wide, height: high };
}

export const move = (rectangle, dx, dy) => keepInside({ ...rectangle, left: rectangle.left + dx, top: rectangle.top + dy });

// Pull one handle to a point; the opposite side stays where it is.
export function resize(rectangle, handle, point, ratio = null) {
  const right = rectangle.left + rectangle.width;
  const bottom = rectangle.top + rectangle.height;
  const x = clamp(point.x, 0, 1);
  const y = clamp(point.y, 0, 1);
  if (!ratio) {
    const edges = {
      left: handle.includes("w") ? Math.min(x, right - MIN_SIDE) : rectangle.left,
      top: handle.includes("n") ? Math.min(y, bottom - MIN_SIDE) : rectangle.top,
      right: handle.includes("e") ? Math.max(x, rectangle.left + MIN_SIDE) : right,
      bottom: handle.includes("s") ? Math.max(y, rectangle.top + MIN_SIDE) : bottom,
    };
    return keepInside({
      left: edges.left,
      top: edges.top,
      width: edges.right - edges.left,
      height: edges.bottom - edges.top,
    });
  }
  const centre = { x: rectangle.left + rectangle.width / 2, y: rectangle.top + rectangle.height / 2 };
  const anchor = {
    x: handle.includes("w") ? right : handle.includes("e") ? rectangle.left : centre.x,
    y: handle.includes("n") ? bottom : handle.includes("s") ? rectangle.top : centre.y,
  };
  const reach = {
    x: handle.includes("w") ? right - x : handle.includes("e") ? x - rectangle.left : 0,
    y: handle.includes("n") ? bottom - y : handle.includes("s") ? y - rectangle.top : 0,
  };
  const room = {
    x: handle.includes("w") ? right : handle.includes("e") ? 1 - rectangle.left : 2 * Math.min(centre.x, 1 - centre.x),
    y: handle.includes("n") ? bottom : handle.includes("s") ? 1 - rectangle.top : 2 * Math.min(centre.y, 1 - centre.y),
  };
  const wanted = Math.max(reach.x, reach.y * ratio, MIN_SIDE, MIN_SIDE * ratio);
  const width = Math.min(wanted, room.x, room.y * ratio);
  const height = width / ratio;
  return keepInside({
    left: handle.includes("w") ? anchor.x - width : handle.includes("e") ? anchor.x : anchor.x - width / 2,
    top: handle.includes("n") ? anchor.y - height : handle.includes("s") ? anchor.y : anchor.y - height / 2,
    width,
    height,
  });
}

// Grow or shrink around the centre by a change of width; for the keyboard.
export function grow(rectangle, dx, dy, ratio = null) {
  if (!ratio) return keepInside({ ...rectangle, width: rectangle.width + dx, height: rectangle.height + dy });
  const step = Math.abs(dx) > Math.abs(dy) ? dx : dy * ratio;
  const width = clamp(rectangle.width + step, Math.max(MIN_SIDE, MIN_SIDE * ratio), Math.min(1, ratio));
  const height = width / ratio;
  return keepInside({ ...rectangle, width, height });
}

// Which handle lies at a point, or "move" inside, or null; `reach` is the size of a handle in fractions, by axis.
export function hitTest(rectangle, point, reach) {
  if (!rectangle) return null;
  const right = rectangle.left + rectangle.width;
  const bottom = rectangle.top + rectangle.height;
  const near = (value, edge, size) => Math.abs(value - edge) <= size;
  const within = (value, low, high, size) => value >= low - size && value <= high + size;
  const vertical = near(point.y, rectangle.top, reach.y) ? "n" : near(point.y, bottom, reach.y) ? "s" : "";
  const horizontal = near(point.x, rectangle.left, reach.x) ? "w" : near(point.x, right, reach.x) ? "e" : "";
  const isOnX = within(point.x, rectangle.left, right, reach.x);
  const isOnY = within(point.y, rectangle.top, bottom, reach.y);
  if (isOnX && isOnY && (vertical || horizontal)) return vertical + horizontal;
  return isOnX && isOnY ? "move" : null;
}
