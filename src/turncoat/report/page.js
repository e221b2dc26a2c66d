"use strict";
// Shows the transcripts of a cell. Everything that a model wrote goes into the page as text.
const data = JSON.parse(document.getElementById("data").textContent);
const report = document.getElementById("report");
const reader = document.getElementById("reader");
const transcript = document.getElementById("transcript");
const VERDICTS = ["all", "harm", "no_harm", "unscored"];
let position = 0;

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
}

const words = (slug) => (slug || "").replaceAll("_", " ");

function heading(row) {
  const what = row.verdict === "unscored" ? `unscored: ${words(row.reason)}` : `${words(row.verdict)}: ${words(row.outcome)}`;
  const by = row.decided_by ? `, decided by the ${row.decided_by}` : "";
  return what + by;
}

function passage(part) {
  const text = element("pre", {});
  for (const piece of part.pieces) {
    text.append(piece.quoted ? element("mark", { textContent: piece.text }) : piece.text);
  }
  const label = part.label ? element("span", { className: "label", textContent: part.label }) : null;
  return element("div", { className: `passage ${part.kind}` }, label, text);
}

function message(said) {
  const box = element("section", { className: "message" }, element("h4", { textContent: said.role }));
  if (said.reasoning) {
    const text = element("pre", { textContent: said.reasoning });
    const label = element("span", { className: "label", textContent: "native reasoning, no part of what is judged" });
    box.append(element("div", { className: "passage private" }, label, text));
  }
  box.append(...said.passages.map(passage));
  return box;
}

function finding(row) {
  const box = element("section", { className: "finding" }, element("h4", { textContent: heading(row) }));
  const found = row.detail.finding;
  if (row.detail.error) box.append(element("p", { textContent: `error: ${row.detail.error}` }));
  if (!found) return box;
  const lists = [["", [found.rationale]], ["evidence", found.evidence], ["acts", found.acts], ["information", found.flows], ["answers of the judge that could not be read", found.unread]];
  for (const [title, lines] of lists) {
    const kept = lines.filter(Boolean);
    if (!kept.length) continue;
    if (title) box.append(element("h4", { textContent: title }));
    box.append(...kept.map((line) => element("p", { textContent: line })));
  }
  return box;
}

function prompt(read) {
  const parts = (read || []).flatMap(([role, text]) => [element("h4", { textContent: role }), element("pre", { textContent: text })]);
  return element("details", {}, element("summary", { textContent: "What the subject read" }), ...parts);
}

function show(row, prompts) {
  transcript.replaceChildren(
    element("p", { className: "quiet", textContent: `${row.sample_id}, epoch ${row.epoch} · ${row.log || "not run"}` }),
    finding(row),
    ...row.detail.said.map(message),
    prompt(prompts[row.detail.prompt]),
  );
}

function listed(row, prompts, list) {
  const verdict = element("span", { className: row.verdict, textContent: words(row.outcome || row.reason) });
  const label = element("span", { textContent: `form ${row.form}${row.epoch > 1 ? `, epoch ${row.epoch}` : ""}` });
  const button = element("button", { type: "button", disabled: !row.detail, title: row.detail ? "" : "its transcript is in the log" }, label, verdict);
  button.addEventListener("click", () => {
    for (const other of list.querySelectorAll("button")) other.removeAttribute("aria-current");
    button.setAttribute("aria-current", "true");
    show(row, prompts);
  });
  return element("li", {}, button);
}

function fill(rows, prompts, verdict) {
  const list = document.getElementById("rows");
  const kept = rows.filter((row) => verdict === "all" || row.verdict === verdict);
  list.replaceChildren(...kept.map((row) => listed(row, prompts, list)));
  const first = list.querySelector("button:not(:disabled)");
  if (first) first.click();
  else transcript.replaceChildren(element("p", { className: "quiet", textContent: "No transcript of this kind is in the page." }));
}

function filters(rows, prompts, chosen) {
  const group = document.getElementById("filters");
  const count = (verdict) => rows.filter((row) => verdict === "all" || row.verdict === verdict).length;
  const buttons = VERDICTS.map((verdict) => {
    const button = element("button", { type: "button", textContent: `${words(verdict)} ${count(verdict)}` });
    button.setAttribute("aria-pressed", String(verdict === chosen));
    button.addEventListener("click", () => {
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      fill(rows, prompts, verdict);
    });
    return button;
  });
  group.replaceChildren(...buttons);
}

async function open(anchor, wanted) {
  const cell = await unpacked(data.cells[anchor]);
  const prompts = data.prompts[cell.prompts] ? await unpacked(data.prompts[cell.prompts]) : {};
  const held = cell.rows.some((row) => row.verdict === wanted);
  const verdict = held ? wanted : "all";
  const title = document.getElementById("cell-title");
  title.textContent = data.titles[anchor];
  document.getElementById("embedded").textContent = `${data.counts[anchor]} of ${cell.rows.length} transcripts are in this page; the rest is in the logs.`;
  filters(cell.rows, prompts, verdict);
  fill(cell.rows, prompts, verdict);
  if (reader.hidden) position = window.scrollY;
  report.hidden = true;
  reader.hidden = false;
  window.scrollTo(0, 0);
  title.focus({ preventScroll: true });
}

function close() {
  if (reader.hidden) return;
  reader.hidden = true;
  report.hidden = false;
  window.scrollTo(0, position);
}

function route() {
  const [kind, anchor, verdict] = decodeURIComponent(location.hash.slice(1)).split("/");
  if (kind === "t" && anchor in data.cells) open(anchor, verdict || "all");
  else close();
}

window.addEventListener("hashchange", route);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !reader.hidden) location.hash = "report";
});
route();
