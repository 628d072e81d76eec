// Fields of chips: words are suggested while one types, Enter adds, × or Backspace takes away.

const WAIT_MS = 150;

export function addChips(root = document) {
  for (const field of root.querySelectorAll("[data-chips]")) equip(field);
}

function equip(field) {
  const input = field.querySelector("[role=combobox]");
  const list = field.querySelector(".ap-chip-list");
  const offers = field.querySelector("[role=listbox]");
  const isFree = "free" in field.dataset;
  let timer = 0;
  let asked = 0;
  let active = -1;

  const values = () => [...list.querySelectorAll("input")].map((each) => each.value.toLowerCase());
  const tell = () => field.dispatchEvent(new Event("chips", { bubbles: true }));

  function add(value, label = value) {
    const cleaned = value.trim().replace(/\s+/g, " ");
    input.value = "";
    close();
    if (!cleaned || values().includes(cleaned.toLowerCase())) return;
    const chip = field.querySelector("template").content.firstElementChild.cloneNode(true);
    chip.querySelector("input").value = cleaned;
    chip.querySelector("[data-chip-label]").textContent = label;
    const remove = chip.querySelector("button");
    remove.setAttribute("aria-label", `${remove.getAttribute("aria-label")} ${label}`);
    list.append(chip);
    tell();
  }

  function close() {
    offers.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  async function suggest() {
    const number = ++asked;
    const url = new URL(field.dataset.suggest, window.location.href);
    url.searchParams.set("q", input.value.trim());
    let items = [];
    try {
      const answer = await fetch(url, { credentials: "same-origin" });
      if (answer.ok) ({ items } = await answer.json());
    } catch {
      return;
    }
    if (number !== asked || document.activeElement !== input) return;
    const taken = values();
    offers.replaceChildren(
      ...items
        .filter((item) => !taken.includes(item.value.toLowerCase()))
        .map((item, index) => {
          const option = document.createElement("li");
          option.role = "option";
          option.id = `${offers.id}-${index}`;
          option.dataset.value = item.value;
          option.dataset.label = item.label;
          option.textContent = item.label;
          option.setAttribute("aria-selected", "false");
          if (item.hint) {
            const hint = document.createElement("span");
            hint.className = "vt-quiet";
            hint.textContent = item.hint;
            option.append(" ", hint);
          }
          return option;
        }),
    );
    active = -1;
    offers.hidden = !offers.children.length;
    input.setAttribute("aria-expanded", String(!offers.hidden));
  }

  function walk(step) {
    const options = [...offers.children];
    if (!options.length) return;
    active = (active + step + options.length) % options.length;
    for (const [index, option] of options.entries()) option.setAttribute("aria-selected", String(index === active));
    input.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, WAIT_MS);
    if (isFree && /[,;]$/.test(input.value)) add(input.value.slice(0, -1));
  });
  input.addEventListener("focus", suggest);
  input.addEventListener("blur", () => setTimeout(close, 150));
  input.addEventListener("keydown", (event) => {
    const option = offers.children[active];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      walk(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (option) add(option.dataset.value, option.dataset.label);
      else if (isFree) add(input.value);
      else if (offers.children.length === 1) add(offers.firstElementChild.dataset.value, offers.firstElementChild.dataset.label);
    } else if (event.key === "Escape") close();
    else if (event.key === "Backspace" && !input.value && list.lastElementChild) {
      list.lastElementChild.remove();
      tell();
    }
  });
  offers.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    add(option.dataset.value, option.dataset.label);
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-chip-remove]");
    if (!button) return;
    button.closest("li").remove();
    input.focus();
    tell();
  });
}
