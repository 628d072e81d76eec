// The product form: tabs, the jump to a missing field, pickers for links and for assets.

import "../pim/dialogs.js";
import "./pickers.js";
import "./richtext.js";

const form = document.getElementById("product_form");
const tabs = [...document.querySelectorAll(".vp-tabs [role=tab]")];

function show(tab, { focus = false } = {}) {
  for (const each of tabs) {
    const isOn = each === tab;
    each.setAttribute("aria-selected", String(isOn));
    each.tabIndex = isOn ? 0 : -1;
    document.getElementById(each.getAttribute("aria-controls")).hidden = !isOn;
  }
  form.elements.tab.value = tab.getAttribute("aria-controls");
  if (focus) tab.focus();
}

function follow(hash) {
  const target = hash ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
  const panel = target?.closest(".vp-panel");
  if (!panel) return false;
  show(tabs.find((tab) => tab.getAttribute("aria-controls") === panel.id));
  if (target !== panel) {
    for (const each of document.querySelectorAll(".is-target")) each.classList.remove("is-target");
    target.classList.add("is-target");
    target.scrollIntoView({ block: "center" });
    target.querySelector("input:not([type=hidden]), select, textarea, button")?.focus({ preventScroll: true });
  }
  return true;
}

for (const tab of tabs) {
  tab.addEventListener("click", (event) => {
    event.preventDefault();
    history.replaceState(null, "", tab.hash);
    show(tab);
  });
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length], { focus: true });
  });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-jump]");
  if (link && follow(link.hash)) {
    event.preventDefault();
    history.replaceState(null, "", link.hash);
  }
});

window.addEventListener("hashchange", () => follow(window.location.hash));

const refused = document.querySelector(".vt-field.has-errors, .vt-field.is-conflict");
if (!(refused && follow(`#${refused.id}`)) && !follow(window.location.hash) && tabs.length) show(tabs[0]);

for (const each of document.querySelectorAll("[data-autosubmit]")) {
  each.addEventListener("change", () => each.submit());
}
