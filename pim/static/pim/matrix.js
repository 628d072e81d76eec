// The matrix of a family: attributes are added, removed and put in order.

for (const matrix of document.querySelectorAll("[data-matrix]")) {
  const body = matrix.querySelector("tbody");
  const add = matrix.querySelector("[data-row-add]");

  matrix.addEventListener("click", (event) => {
    const row = event.target.closest("tbody tr");
    if (!row) return;
    if (event.target.closest("[data-row-remove]")) row.remove();
    if (event.target.closest("[data-row-up]") && row.previousElementSibling) {
      row.previousElementSibling.before(row);
      event.target.closest("button").focus();
    }
  });

  const insert = () => {
    const option = [...matrix.querySelectorAll("datalist option")].find((each) => each.value === add.value.trim());
    if (!option) return;
    const row = matrix.querySelector("template").content.firstElementChild.cloneNode(true);
    for (const input of row.querySelectorAll("[data-code]")) input.value = option.value;
    row.querySelector("[data-label]").textContent = option.textContent;
    row.querySelector("[data-hint]").textContent = option.value;
    body.append(row);
    option.remove();
    add.value = "";
    row.scrollIntoView({ block: "nearest" });
  };
  add.addEventListener("change", insert);
  add.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      insert();
    }
  });
}
