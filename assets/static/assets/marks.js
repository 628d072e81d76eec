// Regions of comments on the picture: those that are open have a numbered pin, and a new one is drawn by hand.

import { between, round } from "./rectangles.js";

export function markRegions(stage, openPanel) {
  const list = stage.root.querySelector("[data-marks]");
  let drawn = null;
  let lit = null;
  let start = null;
  let shown = [];

  const frame = (pen, width, height, region, colour, isFilled) => {
    pen.lineWidth = 2;
    pen.strokeStyle = "rgb(0 0 0 / 55%)";
    pen.strokeRect(region.left * width - 1, region.top * height - 1, region.width * width + 2, region.height * height + 2);
    pen.strokeStyle = colour;
    pen.strokeRect(region.left * width, region.top * height, region.width * width, region.height * height);
    if (!isFilled) return;
    pen.fillStyle = "rgb(255 193 7 / 18%)";
    pen.fillRect(region.left * width, region.top * height, region.width * width, region.height * height);
  };
  const paint = (pen, width, height) => {
    for (const region of shown) if (region === lit || stage.mode() === "mark") frame(pen, width, height, region, "#fff", region === lit);
    if (drawn) frame(pen, width, height, drawn, "#ffc107", true);
  };
  stage.setPainter("mark", paint);
  stage.setPainter("look", paint);

  const tell = () => {
    const field = document.querySelector("[data-region]");
    if (!field) return;
    field.value = drawn ? JSON.stringify(drawn) : "";
    for (const part of document.querySelectorAll("[data-region-note], [data-unmark]")) part.hidden = !drawn;
    stage.paint();
  };
  const clear = () => {
    drawn = null;
    tell();
  };

  stage.onMode((mode) => {
    stage.overlay.style.cursor = mode === "mark" ? "crosshair" : "";
    stage.overlay.style.pointerEvents = mode === "look" ? "none" : "auto";
    stage.overlay.tabIndex = mode === "crop" ? 0 : -1;
    if (mode === "mark") openPanel();
    else if (mode === "crop") clear();
  });
  stage.overlay.style.pointerEvents = "none";
  stage.overlay.addEventListener("pointerdown", (event) => {
    if (stage.mode() !== "mark" || event.button > 0) return;
    event.preventDefault();
    stage.overlay.setPointerCapture(event.pointerId);
    start = stage.toPoint(event);
  });
  stage.overlay.addEventListener("pointermove", (event) => {
    if (!start || stage.mode() !== "mark") return;
    drawn = round(between(start, stage.toPoint(event)));
    tell();
  });
  const finish = () => {
    if (!start) return;
    start = null;
    if (drawn && (drawn.width < 0.012 || drawn.height < 0.012)) clear();
    if (drawn) document.getElementById("id_comment")?.focus();
  };
  stage.overlay.addEventListener("pointerup", finish);
  stage.overlay.addEventListener("pointercancel", finish);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-unmark]")) clear();
  });

  // Pins follow the threads of the panel, which is written anew after each word.
  function read() {
    shown = [];
    list.replaceChildren();
    for (const thread of document.querySelectorAll("[data-region-left]")) {
      const region = Object.fromEntries(
        ["left", "top", "width", "height"].map((name) => [name, Number(thread.dataset[`region${name[0].toUpperCase()}${name.slice(1)}`])]),
      );
      shown.push(region);
      const item = document.createElement("li");
      const pin = document.createElement("button");
      pin.type = "button";
      pin.className = "ap-pin";
      pin.textContent = thread.dataset.thread;
      pin.setAttribute("aria-label", `${thread.dataset.thread}: ${thread.querySelector(".ap-text")?.textContent.trim() ?? ""}`);
      item.style.left = `${region.left * 100}%`;
      item.style.top = `${region.top * 100}%`;
      item.append(pin);
      list.append(item);
      const light = (isOn) => {
        lit = isOn ? region : null;
        thread.classList.toggle("is-lit", isOn);
        stage.paint();
      };
      for (const part of [pin, thread]) {
        part.addEventListener("pointerenter", () => light(true));
        part.addEventListener("pointerleave", () => light(false));
        part.addEventListener("focusin", () => light(true));
        part.addEventListener("focusout", () => light(false));
      }
      pin.addEventListener("click", () => {
        openPanel();
        thread.scrollIntoView({ block: "nearest" });
      });
    }
    stage.paint();
  }
  read();
  return { read, clear };
}
