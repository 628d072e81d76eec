// Dialogs whose content the server writes: any link with data-dialog opens in the page's <dialog>.

const dialog = () => document.getElementById("vt-dialog");

export async function openDialog(url) {
  const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
  if (!answer.ok) {
    window.location.assign(url);
    return;
  }
  const box = dialog();
  box.innerHTML = await answer.text();
  if (!box.open) box.showModal();
  box.querySelector("[autofocus]")?.focus();
  box.dispatchEvent(new CustomEvent("vt:opened", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (link && dialog() && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    openDialog(link.href);
  }
  if (event.target === dialog()) dialog().close();
});

// A search box that narrows the list below it.
document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-narrows]");
  if (!box) return;
  const wanted = box.value.trim().toLowerCase();
  const scope = box.closest("dialog") ?? document;
  for (const item of scope.querySelectorAll("li")) {
    item.hidden = wanted !== "" && !item.textContent.toLowerCase().includes(wanted);
    item.style.display = item.hidden ? "none" : "";
  }
  for (const section of scope.querySelectorAll("section")) {
    section.style.display = section.querySelector("li:not([hidden])") ? "" : "none";
  }
});

document.addEventListener("click", (event) => {
  const up = event.target.closest("[data-up]");
  if (!up) return;
  const item = up.closest("li");
  if (item.previousElementSibling) {
    item.previousElementSibling.before(item);
    up.focus();
  }
});

// Operators that take no value hide the box for it.
document.addEventListener("change", (event) => {
  const select = event.target.closest("[data-operator]");
  if (!select) return;
  const operand = select.closest("form").querySelector("[data-operand]");
  if (operand) operand.hidden = ["empty", "not_empty"].includes(select.value);
});
