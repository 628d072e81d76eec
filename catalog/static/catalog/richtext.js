// Rich text in place: what is typed goes back into the textarea as HTML, and nothing is rewritten before it is touched.

const COMMANDS = [
  ["bold", "B", "font-weight: 700", "textBold"],
  ["italic", "I", "font-style: italic", "textItalic"],
  ["insertUnorderedList", "•—", "", "textBullets"],
  ["insertOrderedList", "1.", "", "textNumbers"],
];

for (const source of document.querySelectorAll('textarea[data-type="rich_text"]')) {
  if (source.disabled || source.closest("fieldset:disabled")) continue;
  const box = document.createElement("div");
  box.className = "vp-rich";
  const bar = document.createElement("div");
  bar.className = "vp-rich-bar";
  const page = document.createElement("div");
  page.className = "vp-prose";
  page.contentEditable = "true";
  page.setAttribute("role", "textbox");
  page.setAttribute("aria-multiline", "true");
  const label = document.querySelector(`label[for="${source.id}"]`);
  page.setAttribute("aria-label", label?.textContent ?? "");
  page.append(inert(source.value));

  for (const [command, face, style, name] of COMMANDS) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.face = face;
    button.style.cssText = style;
    button.title = source.form.dataset[name];
    button.setAttribute("aria-label", button.title);
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      page.focus();
      document.execCommand(command);
    });
    bar.append(button);
  }
  const toggle = document.createElement("button");
  toggle.type = "button";
  toggle.className = "vt-end";
  toggle.textContent = "HTML";
  toggle.setAttribute("aria-pressed", "false");
  toggle.addEventListener("click", () => {
    const showsSource = source.hidden;
    source.hidden = !showsSource;
    page.hidden = showsSource;
    if (!showsSource) page.replaceChildren(inert(source.value));
    toggle.setAttribute("aria-pressed", String(showsSource));
  });
  bar.append(toggle);

  page.addEventListener("input", () => {
    source.value = page.textContent.trim() === "" ? "" : page.innerHTML;
  });
  page.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  label?.addEventListener("click", () => page.focus());

  source.before(box);
  source.hidden = true;
  box.append(bar, page, source);
}

// Parsed apart from the page, so that nothing in it runs or loads before it is shown.
function inert(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const element of parsed.querySelectorAll("script, style, iframe, object, embed")) element.remove();
  const fragment = document.createDocumentFragment();
  fragment.append(...parsed.body.childNodes);
  return fragment;
}
