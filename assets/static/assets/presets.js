// The page of a rendition preset: shows the fields that count, draws a picture by what they say, tells what saving costs.
const desk = document.querySelector("[data-preset-desk]");
const card = desk?.querySelector("[data-preview-url]");
const form = card && document.getElementById(card.dataset.form);

const WAIT_MS = 350;

function checked(name) {
  return form.querySelector(`input[name="${name}"]:checked`)?.value ?? "";
}

function showWhatCounts() {
  const fit = checked("fit");
  const mark = checked("mark_kind");
  for (const part of form.querySelectorAll("[data-for-fit]")) part.hidden = !part.dataset.forFit.split(" ").includes(fit);
  for (const part of form.querySelectorAll("[data-for-mark]")) part.hidden = !part.dataset.forMark.split(" ").includes(mark);
  const tiled = form.querySelector('input[name="mark_is_tiled"]');
  form.querySelector(".pr-places").hidden = tiled.checked;
  for (const output of form.querySelectorAll("output")) output.value = document.getElementById(output.htmlFor.value).value;
  showFormats();
}

function chosenFormats() {
  return [...form.querySelectorAll('input[name="formats"]:checked')].map((box) => box.value);
}

let shownFormat = card?.dataset.format ?? "";

function showFormats() {
  const formats = chosenFormats();
  if (!formats.includes(shownFormat)) shownFormat = formats[0] ?? "";
  const chips = card.querySelector("[data-preview-formats]");
  chips.replaceChildren(
    ...formats.map((format) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = `vt-chip${format === shownFormat ? " is-on" : ""}`;
      chip.setAttribute("aria-pressed", String(format === shownFormat));
      chip.textContent = format.toUpperCase();
      chip.addEventListener("click", () => {
        shownFormat = format;
        showFormats();
        drawPreview();
      });
      return chip;
    }),
  );
}

function posted() {
  const data = new FormData(form);
  data.set("sample", card.querySelector('input[name="sample"]:checked')?.value ?? "");
  data.set("sample_format", shownFormat);
  data.set("preset_code", card.dataset.code);
  return data;
}

let drawing = null;
let shownUrl = "";

async function drawPreview() {
  const stage = card.querySelector("[data-preview-stage]");
  if (!stage) return;
  drawing?.abort();
  const mine = new AbortController();
  drawing = mine;
  stage.classList.add("is-drawing");
  try {
    const answer = await fetch(card.dataset.previewUrl, { method: "POST", body: posted(), signal: mine.signal });
    if (answer.ok) showPicture(stage, await answer.blob(), decodeURIComponent(answer.headers.get("X-Preview") ?? ""));
    else showProblem(stage, answer.status === 422 ? (await answer.json()).message : answer.statusText);
  } catch (error) {
    if (error.name !== "AbortError") showProblem(stage, error.message);
  } finally {
    if (drawing === mine) stage.classList.remove("is-drawing");
  }
}

function showPicture(stage, blob, facts) {
  const picture = stage.querySelector("img");
  stage.querySelector(".vt-error")?.remove();
  if (shownUrl) URL.revokeObjectURL(shownUrl);
  shownUrl = URL.createObjectURL(blob);
  picture.src = shownUrl;
  picture.hidden = false;
  card.querySelector("[data-preview-facts]").textContent = facts;
}

function showProblem(stage, message) {
  stage.querySelector("img").hidden = true;
  stage.querySelector(".vt-error")?.remove();
  const line = document.createElement("p");
  line.className = "vt-error";
  line.textContent = message;
  stage.append(line);
  card.querySelector("[data-preview-facts]").textContent = "";
}

let asking = null;

async function askCost() {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(card.dataset.costUrl, { method: "POST", body: posted(), signal: asking.signal });
    if (answer.ok) showCost(await answer.json());
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

function cell(tag, text, isNumber = false) {
  const found = document.createElement(tag);
  found.textContent = text;
  if (isNumber) found.className = "vt-number";
  return found;
}

function showCost(cost) {
  const place = desk.querySelector("[data-cost]");
  const line = cell("p", cost.files ? `${cost.sentence}: ${cost.size}, ${cost.time}.` : cost.sentence);
  const now = cell("p", cost.now);
  now.className = "vt-quiet";
  if (!cost.shares.length) {
    place.replaceChildren(line, now);
    return;
  }
  const table = document.createElement("table");
  table.className = "vt-table";
  for (const share of cost.shares) {
    const row = table.insertRow();
    row.append(cell("th", share.format), cell("td", share.files, true), cell("td", share.size, true), cell("td", share.time, true));
  }
  place.replaceChildren(line, table, now);
}

let waiting = 0;

function changed() {
  showWhatCounts();
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    drawPreview();
    askCost();
  }, WAIT_MS);
}

if (form) {
  for (const swatch of form.querySelectorAll("[data-colour-of]")) {
    const text = document.getElementById(swatch.dataset.colourOf);
    swatch.addEventListener("input", () => {
      text.value = swatch.value;
    });
    text.addEventListener("input", () => {
      if (/^#[0-9a-f]{6}$/i.test(text.value)) swatch.value = text.value;
    });
  }
  form.addEventListener("input", changed);
  card.addEventListener("change", drawPreview);
  showWhatCounts();
  drawPreview();
  askCost();
}
