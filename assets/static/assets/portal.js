// The share page: how many files are selected, and all of them at once. Without this everything works, uncounted.

const form = document.querySelector("#files");
const boxes = [...form.querySelectorAll('input[name="asset"]')];
const all = document.querySelector("#all");
const chosen = document.querySelector("#chosen");
const some = document.querySelector("#some");

function count() {
  const number = boxes.filter((box) => box.checked).length;
  chosen.textContent = number ? `${chosen.dataset.some} ${number}` : chosen.dataset.none;
  some.disabled = number === 0;
  all.checked = number > 0 && number === boxes.length;
  all.indeterminate = number > 0 && number < boxes.length;
}

if (some && boxes.length) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    count();
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "asset") count();
  });
  window.addEventListener("pageshow", count);
  count();
}

// One menu at a time; a click elsewhere and Escape close it.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.gets[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.gets[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
