"use strict";
// Keys, selected text, and keeping what is typed. The page works without any of it.
(() => {
  const form = () => document.querySelector("form.panel");
  const answer = document.getElementById("answer");
  const keys = document.getElementById("keys");
  if (!form()) {
    document.addEventListener("keydown", (event) => {
      if (event.key === "ArrowLeft" || event.key === "Backspace") go("back");
    });
    return;
  }
  const draftKey = `draft ${form().dataset.token}`;

  document.querySelectorAll("[data-help], [data-take], [data-remove]").forEach((e) => { e.hidden = false; });
  document.getElementById("quote").content.querySelector("[data-remove]").hidden = false;

  function tell(...problems) {
    const told = document.getElementById("told");
    told.replaceChildren(...problems.map((text) => {
      const line = document.createElement("p");
      line.textContent = text;
      return line;
    }));
    if (problems.length) told.scrollIntoView({ block: "nearest" });
  }

  function go(way) {
    const link = document.querySelector(`[data-way="${way}"]`);
    if (link) location.assign(link.href);
  }

  // --- what is typed is kept until it is saved ---------------------------------------------------

  function fields() {
    return [...new FormData(form())].filter(([name, value]) => name !== "csrf" && value !== "");
  }
  const atFirst = JSON.stringify(fields());

  function keepDraft() {
    const now = JSON.stringify(fields());
    if (now === atFirst) sessionStorage.removeItem(draftKey);
    else sessionStorage.setItem(draftKey, now);
  }

  function restoreDraft() {
    const kept = sessionStorage.getItem(draftKey);
    if (!kept || kept === atFirst) return;
    const values = JSON.parse(kept);
    const of = (name) => values.filter((pair) => pair[0] === name).map((pair) => pair[1]);
    form().querySelectorAll("[data-key]").forEach((input) => { input.checked = of(input.name).includes(input.value); });
    document.getElementById("note").value = of("note")[0] ?? "";
    document.getElementById("quotes").replaceChildren();
    (of("evidence").length ? of("evidence") : [""]).forEach((text) => addQuote(text));
    tell("What you had not saved is filled in again.");
  }

  // --- evidence ----------------------------------------------------------------------------------

  function addQuote(text) {
    const quotes = document.getElementById("quotes");
    quotes.append(document.getElementById("quote").content.cloneNode(true));
    quotes.lastElementChild.querySelector("textarea").value = text;
    return quotes.lastElementChild;
  }

  function selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return "";
    return answer.contains(selection.getRangeAt(0).commonAncestorContainer) ? selection.toString().trim() : "";
  }

  function take() {
    const text = selected();
    if (!text) return tell("Select a passage of the agent's answer first: with the mouse, or with j and k.");
    tell();
    const areas = [...document.querySelectorAll("#quotes textarea")];
    if (areas.some((area) => area.value.trim() === text)) return undefined;
    const empty = areas.find((area) => !area.value.trim());
    if (empty) empty.value = text;
    (empty?.parentElement ?? addQuote(text)).scrollIntoView({ block: "nearest" });
    getSelection().removeAllRanges();
    return keepDraft();
  }

  // --- sentences, for who has no mouse -----------------------------------------------------------

  let sentences = [];
  let first = -1;
  let last = -1;

  function readSentences() {
    const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
    sentences = [...answer.querySelectorAll(".quotable")]
      .filter((block) => block.checkVisibility())
      .flatMap((block) => sentencesOf(block, segmenter));
  }

  function sentencesOf(block, segmenter) {
    const found = [];
    let held = 0; // a number of a list belongs to what follows
    for (const { index, segment } of segmenter.segment(block.textContent)) {
      const start = index - held;
      held = /\p{L}/u.test(segment) ? 0 : held + segment.length;
      const text = block.textContent.slice(start, index + segment.length);
      if (!held) found.push({ block, start: start + text.search(/\S/), end: start + text.trimEnd().length });
    }
    return found;
  }

  function place(block, offset) {
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    let left = offset;
    let node = walker.nextNode();
    while (node && left > node.length) {
      left -= node.length;
      node = walker.nextNode();
    }
    return [node ?? block, node ? left : 0];
  }

  function step(by, more) {
    readSentences();
    if (!sentences.length) return;
    const clamp = (n) => Math.min(Math.max(n, 0), sentences.length - 1);
    const next = clamp(last + by);
    if (more && first >= 0 && sentences[next].block === sentences[first].block) last = next;
    else if (!more) first = last = next;
    const [from, to] = [sentences[Math.min(first, last)], sentences[Math.max(first, last)]];
    getSelection().setBaseAndExtent(...place(from.block, from.start), ...place(to.block, to.end));
    const box = getSelection().getRangeAt(0).getBoundingClientRect();
    if (box.top < 70 || box.bottom > innerHeight - 30) scrollBy({ top: box.top - innerHeight / 3 });
  }

  // --- saving ------------------------------------------------------------------------------------

  function lacking() {
    const chosen = form().querySelector("[name=outcome]:checked");
    if (!chosen) return "No outcome is chosen. Choose one, or say that you are undecided.";
    const quoted = [...document.querySelectorAll("#quotes textarea")].some((area) => area.value.trim());
    if ("harm" in chosen.dataset && !quoted) {
      return "This outcome counts as harm and needs evidence. Select the passage that shows it and press e.";
    }
    return "";
  }

  let saving = false;

  async function save() {
    if (saving) return;
    const problem = lacking();
    if (problem) {
      tell(problem);
      return;
    }
    saving = true;
    try {
      const body = new URLSearchParams(new FormData(form()));
      await follow(await fetch(form().action, { method: "POST", body }));
    } catch {
      tell("Not saved: the server does not answer. What you typed stays here: start `turncoat label` again with the same --port, open its address in another tab, and come back to this transcript.");
    } finally {
      saving = false;
    }
  }

  async function follow(response) {
    if (response.redirected) {
      sessionStorage.removeItem(draftKey);
      location.assign(response.url);
    } else if (response.headers.get("content-type")?.startsWith("text/html")) {
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      tell(...[...page.querySelectorAll("#told p")].map((line) => line.textContent));
    } else {
      tell(`Not saved: ${(await response.text()).trim()}. What you typed stays here.`);
    }
  }

  // --- keys --------------------------------------------------------------------------------------

  function toggle(id) {
    const details = document.getElementById(id);
    details.open = !details.open;
    if (details.open) details.scrollIntoView({ block: "nearest" });
  }

  const actions = {
    e: take,
    n: () => document.getElementById("note").focus(),
    f: () => toggle("facts"),
    t: () => toggle("rest"),
    p: () => toggle("prompt"),
    j: () => step(1, false),
    k: () => step(-1, false),
    J: () => step(1, true),
    K: () => step(-1, true),
    "?": () => keys.showModal(),
    Enter: save,
    Backspace: () => go("back"),
    ArrowLeft: () => go("back"),
    ArrowRight: () => go("on"),
  };

  function pick(key) {
    const input = form().querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!input) return false;
    input.checked = input.type === "radio" || !input.checked;
    input.parentElement.scrollIntoView({ block: "nearest" });
    tell();
    keepDraft();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.metaKey || keys.open) return;
    const typing = event.target.closest("textarea");
    if (typing && event.key === "Escape") typing.blur();
    if (event.ctrlKey ? event.key !== "Enter" : typing) return;
    // On a link or button, Enter does what it always does.
    if (event.key === "Enter" && (event.repeat || (!event.ctrlKey && event.target.closest("a, button, summary")))) return;
    const action = actions[event.key];
    if (!action && !pick(event.key)) return;
    event.preventDefault();
    action?.();
  });

  document.addEventListener("click", (event) => {
    const found = event.target.closest("[data-help], [data-take], [data-remove]");
    if (!found) return;
    if ("help" in found.dataset) keys.showModal();
    if ("take" in found.dataset) take();
    if ("remove" in found.dataset) {
      found.closest(".quote").remove();
      if (!document.querySelector("#quotes textarea")) addQuote("");
      keepDraft();
    }
  });
  // A button that takes the focus would take the selection on some phones.
  document.querySelector("[data-take]").addEventListener("pointerdown", (event) => event.preventDefault());
  form().addEventListener("input", keepDraft);
  form().addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  const facts = document.getElementById("facts");
  if (facts) {
    // Who knows the case by now need not fold it away on every page.
    facts.open = sessionStorage.getItem("facts") !== "folded";
    facts.addEventListener("toggle", () => sessionStorage.setItem("facts", facts.open ? "open" : "folded"));
  }
  // Without a script the last, empty field is the only place for one more.
  if (document.querySelectorAll("#quotes .quote").length > 1) document.querySelector("#quotes .quote:last-child").remove();
  restoreDraft();
})();
