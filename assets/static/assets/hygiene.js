// The lists of the hygiene page: all on the page at once, and no button without a selection.

const form = document.querySelector(".hy-form");
const boxes = [...(form?.querySelectorAll('input[name="asset"]') ?? [])];
const all = form?.querySelector("[data-all]");
const buttons = [...(form?.querySelectorAll('button[type="submit"]') ?? [])];

function show() {
  const number = boxes.filter((box) => box.checked).length;
  all.checked = number > 0 && number === boxes.length;
  all.indeterminate = number > 0 && number < boxes.length;
  for (const button of buttons) button.disabled = number === 0;
}

if (form) {
  form.addEventListener("change", (event) => {
    if (event.target === all) for (const box of boxes) box.checked = all.checked;
    show();
  });
  window.addEventListener("pageshow", show);
  show();
}
