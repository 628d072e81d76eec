// A new version of the file: chosen, or dropped anywhere onto the page.

export function receiveFile(token, viewer) {
  const form = document.querySelector("[data-replace]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const bar = form.querySelector("progress");
  let depth = 0;

  const hasFile = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const show = (isOver) => viewer?.classList.toggle("is-dropping", isOver);

  document.addEventListener("dragenter", (event) => {
    if (!hasFile(event)) return;
    depth += 1;
    show(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!hasFile(event)) return;
    depth = Math.max(0, depth - 1);
    if (!depth) show(false);
  });
  document.addEventListener("dragover", (event) => hasFile(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    depth = 0;
    show(false);
    const [file] = event.dataTransfer.files;
    if (file) send(file);
  });
  input.addEventListener("change", () => input.files[0] && send(input.files[0]));

  const told = form.querySelector("[role=status]");
  function apologise() {
    bar.hidden = true;
    input.value = "";
    told.textContent = form.dataset.textFailed;
    told.classList.add("vt-error");
  }

  // XMLHttpRequest, because fetch tells nothing of how much has been sent.
  function send(file) {
    const body = new FormData();
    body.append("file", file);
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => {
      bar.hidden = false;
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => {
      if (request.status >= 400) return apologise();
      history.replaceState(null, "", "#versions");
      window.location.reload();
    });
    request.addEventListener("error", apologise);
    request.open("POST", form.action);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("X-Requested-With", "fetch");
    request.send(body);
  }
}
