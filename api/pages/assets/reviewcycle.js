// Comfort only: every page works without this file.
(() => {
  "use strict";

  // A form that is on its way is not sent a second time; the key inside it would make the second one harmless anyway.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    const pressed = event.submitter;
    if (pressed) pressed.setAttribute("aria-busy", "true");
    window.addEventListener("pageshow", () => {
      delete form.dataset.sent;
      if (pressed) pressed.removeAttribute("aria-busy");
    }, { once: true });
  });

  // A button beside something that is shown once copies it.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      button.textContent = button.dataset.copied;
    } catch {
      window.getSelection().selectAllChildren(source);
    }
  });
  for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;

  // Choosing an outcome says at once whether it needs words.
  const mark = () => {
    for (const note of document.querySelectorAll("[data-needed-for]")) {
      const chosen = document.querySelector("input[name=outcome]:checked");
      const needed = chosen && note.dataset.neededFor.split(" ").includes(chosen.value);
      note.hidden = !needed;
      const optional = note.parentElement.querySelector(".optional");
      if (optional) optional.hidden = Boolean(needed);
    }
  };
  document.addEventListener("change", (event) => { if (event.target.name === "outcome") mark(); });
  document.addEventListener("htmx:afterSwap", mark);
  mark();

  // A filter is applied when it is chosen.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-live]");
    if (form && event.target.matches("select, input[type=checkbox]")) form.requestSubmit();
  });
})();
