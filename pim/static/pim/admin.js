// Small conveniences of every admin page: forms that ask before they are left, and buttons that open dialogs.

const dirty = new Set();

document.addEventListener("input", (event) => {
  const form = event.target.closest("form.vt-form[data-warn]");
  if (form) dirty.add(form);
});

document.addEventListener("submit", (event) => {
  dirty.delete(event.target);
  const question = event.submitter?.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

window.addEventListener("beforeunload", (event) => {
  if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog")?.close();
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    const button = document.querySelector("form.vt-form [data-save]");
    if (button) {
      event.preventDefault();
      button.click();
    }
  }
});

// Unfold writes a chosen file's name into the text field that stands near its own file fields. None is of its kind here,
// and it would find nothing, or the field of somebody else.
Object.defineProperty(HTMLInputElement.prototype, "hasChangeListener", { value: true, writable: true });

// SimpleBar calls every region it makes “scrollable content”; two of them on a page need names of their own.
window.addEventListener("load", () => {
  for (const region of document.querySelectorAll("#nav-sidebar-apps .simplebar-content-wrapper")) {
    region.setAttribute("aria-label", region.closest("nav").getAttribute("aria-label"));
  }
});
