// The pages of a document in the place of its picture, turned by buttons or by Page Up and Page Down.

export function turnLeaves(stage) {
  const bar = document.querySelector("[data-leaves]");
  if (!bar) return;
  const pages = JSON.parse(document.getElementById("leaves").textContent);
  const told = bar.querySelector("[data-leaf-number]");
  const [back, forth] = ["back", "forth"].map((name) => bar.querySelector(`[data-leaf=${name}]`));
  const first = { url: stage.picture.getAttribute("src"), ...stage.natural };
  let number = 1;

  function turn(to) {
    const wanted = Math.min(Math.max(to, 1), pages.length);
    if (wanted === number) return;
    number = wanted;
    const url = number === 1 ? first.url : pages[number - 1];
    const next = new Image();
    next.addEventListener("load", () => {
      if (pages[number - 1] !== url && number !== 1) return;
      const natural = number === 1 ? first : { width: next.naturalWidth, height: next.naturalHeight };
      stage.show(url, natural);
    });
    next.src = url;
    tell();
  }

  function tell() {
    told.textContent = `${number} / ${pages.length}`;
    back.disabled = number === 1;
    forth.disabled = number === pages.length;
  }

  back.addEventListener("click", () => turn(number - 1));
  forth.addEventListener("click", () => turn(number + 1));
  stage.frame.addEventListener("keydown", (event) => {
    const step = { PageUp: -1, PageDown: 1 }[event.key];
    if (!step || stage.mode() === "crop") return;
    event.preventDefault();
    turn(number + step);
  });
  // Crops and regions are about the page that stands for the document.
  stage.onMode((mode) => {
    bar.hidden = mode !== "look";
    if (mode !== "look") turn(1);
  });
  tell();
}
