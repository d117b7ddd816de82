// The editor of a definition: one CodeMirror a file, problems at their lines as one types. Without this file the same
// page checks when its button is pressed.
(() => {
  "use strict";
  const form = document.getElementById("write");
  if (!form || !window.YamlEditor) return;
  const words = JSON.parse(form.dataset.words);
  const phrases = JSON.parse(form.dataset.phrases);
  const live = document.getElementById("live");
  const list = document.getElementById("problems");
  const tabs = document.getElementById("file-tabs");
  const files = new Map();

  const texts = () => Object.fromEntries(
    [...files].map(([name, one]) => [name, one.area.value]).filter(([, text]) => text.trim()));

  let round = 0; // which question the newest answer belongs to
  let waiting = 0;

  function checkSoon() {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(check, 400);
  }

  async function check() {
    const mine = ++round;
    live.textContent = words.checking;
    let found = null;
    try {
      const reply = await fetch("/api/v1/definitions/check", {
        method: "POST", body: JSON.stringify({ files: texts() }), credentials: "same-origin",
        headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
      });
      if (reply.ok) found = await reply.json();
    } catch { /* shown as unreachable */ }
    if (mine === round) show(found);
  }

  function show(found) {
    if (!found) { live.textContent = words.unreachable; return; }
    live.textContent = found.problems.length ? "" : words.none;
    const items = found.problems.map((one) => {
      const item = document.createElement("li");
      const chip = document.createElement("span");
      chip.className = "chip " + (one.level === "error" ? "late" : "warn");
      chip.textContent = words[one.level] || one.level;
      const text = document.createElement("span");
      text.textContent = one.text;
      const place = document.createElement("span");
      place.className = "place";
      const link = document.createElement("a");
      link.href = "#" + one.file;
      Object.assign(link.dataset, { goto: one.file, line: one.line, column: one.column });
      link.textContent = `${one.file}:${one.line}:${one.column}`;
      const page = document.createElement("a");
      page.href = "/problems/" + one.code;
      page.target = "_blank";
      page.textContent = one.code;
      place.append(link, " · ", page);
      item.append(chip, text, place);
      return item;
    });
    const shown = document.createElement("ol");
    shown.className = "items problems";
    shown.append(...items);
    list.replaceChildren(...(items.length ? [shown] : []));
    for (const [name, one] of files) {
      const count = found.problems.filter((problem) => problem.file === name && problem.level !== "warning").length;
      one.count.textContent = count ? String(count) : "";
      one.count.hidden = !count;
      one.editor.mark(marks(one.editor.view, name, found.problems));
    }
  }

  // Columns count characters, the editor counts UTF-16 units.
  const offset = (line, column) => line.from + [...line.text].slice(0, Math.max(0, column - 1)).join("").length;

  function marks(view, name, problems) {
    return problems.filter((one) => one.file === name).map((one) => {
      const line = view.state.doc.line(Math.max(1, Math.min(one.line, view.state.doc.lines)));
      const from = Math.min(line.to, offset(line, one.column));
      const rest = /^[^\s,\]}]+/.exec(line.text.slice(from - line.from));
      return {
        from, to: Math.min(line.to, from + (rest ? rest[0].length : 1)),
        severity: one.level === "error" ? "error" : "warning", message: one.text, source: one.code,
      };
    });
  }

  function choose(name) {
    for (const [other, one] of files) {
      const chosen = other === name;
      one.details.hidden = !chosen;
      one.details.open = chosen;
      if (chosen) one.tab.setAttribute("aria-current", "true"); else one.tab.removeAttribute("aria-current");
    }
  }

  for (const details of form.querySelectorAll("details.file")) {
    const name = details.dataset.file;
    const area = details.querySelector("textarea");
    const tab = document.createElement("a");
    tab.href = "#" + name;
    tab.textContent = name;
    const count = document.createElement("span");
    count.className = "count bad";
    count.hidden = true;
    tab.append(" ", count);
    tab.addEventListener("click", (event) => { event.preventDefault(); choose(name); files.get(name).editor.view.focus(); });
    tabs.append(tab);
    details.querySelector("summary").hidden = true;
    const place = document.createElement("div");
    area.before(place);
    area.hidden = true;
    const editor = window.YamlEditor.open({
      parent: place, doc: area.value, nonce: form.dataset.nonce, label: name, phrases,
      changed: (text) => { area.value = text; checkSoon(); },
    });
    files.set(name, { area, details, editor, tab, count });
  }
  const opened = form.querySelector("details.file[open]");
  tabs.hidden = false;
  choose(opened ? opened.dataset.file : files.keys().next().value);
  check();

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goto]");
    const one = link && files.get(link.dataset.goto);
    if (!one) return;
    event.preventDefault();
    choose(link.dataset.goto);
    one.editor.goto(Number(link.dataset.line), Number(link.dataset.column));
  });
})();
