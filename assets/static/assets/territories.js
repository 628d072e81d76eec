// The list of countries: found by typing, ticked by region, the chosen ones first.

for (const picker of document.querySelectorAll("[data-territories]")) {
  const list = picker.querySelector(".rt-list");
  const rows = [...list.querySelectorAll(".rt-country")];
  const search = picker.querySelector("[data-territory-search]");
  const count = picker.querySelector("[data-territory-count]");
  const boxOf = (row) => row.querySelector("input");

  const tell = () => {
    const chosen = rows.filter((row) => boxOf(row).checked);
    count.textContent = chosen.length ? chosen.map((row) => boxOf(row).value).join(", ") : "";
  };
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLocaleLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const shown = rows.filter((row) => !row.hidden);
    if (shown.length !== 1) return;
    boxOf(shown[0]).checked = true;
    search.value = "";
    search.dispatchEvent(new Event("input"));
    tell();
  });
  picker.addEventListener("click", (event) => {
    const region = event.target.closest("[data-territory-region]");
    if (!region) return;
    const codes = new Set(region.dataset.territoryRegion.split(" "));
    for (const row of rows) boxOf(row).checked = region.dataset.territoryRegion ? boxOf(row).checked || codes.has(boxOf(row).value) : false;
    tell();
  });
  list.addEventListener("change", tell);
  list.prepend(...rows.filter((row) => boxOf(row).checked));
  tell();
}
