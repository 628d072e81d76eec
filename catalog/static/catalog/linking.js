// Linking: names that are tried while they are typed, and products that are suggested in the queue.

const WAIT_MS = 250;

for (const box of document.querySelectorAll("[data-try]")) {
  const form = box.form;
  const results = document.getElementById(box.dataset.results);
  let timer = 0;
  let asked = 0;

  const look = async () => {
    const number = ++asked;
    const answer = await fetch(box.dataset.try, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Requested-With": "fetch" },
      credentials: "same-origin",
    });
    // Only the latest question counts: answers may come in another order.
    if (answer.ok && number === asked) results.innerHTML = await answer.text();
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  };

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  box.addEventListener("input", later);
  if (box.value.trim()) look();
}

for (const input of document.querySelectorAll("input[data-products]")) {
  const list = document.getElementById(input.getAttribute("list"));
  let timer = 0;

  const look = async () => {
    const url = new URL(input.dataset.products, window.location.href);
    url.searchParams.set("kind", "product");
    url.searchParams.set("q", input.value);
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) return;
    const { results } = await answer.json();
    list.replaceChildren(
      ...results.map((found) => {
        const option = document.createElement("option");
        option.value = found.hint;
        option.label = found.label;
        return option;
      }),
    );
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  });
}
