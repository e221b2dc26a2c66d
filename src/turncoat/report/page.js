"use strict";
// Shows the transcripts of a cell. Whatever a model wrote goes into the page as text, never as markup.
// Addresses: #t/CELL/FILTER/PLACE, or #t/CELL+CELL/... for a difference.
const data = JSON.parse(document.getElementById("data").textContent);
const report = document.getElementById("report");
const reader = document.getElementById("reader");
const list = document.getElementById("list");
const transcript = document.getElementById("transcript");
const cellSelect = document.getElementById("cell");
const filterSelect = document.getElementById("filter");
const blocks = new Map();
let scrolled = 0;
let latest = 0;

const FILTERS = {
  all: ["all samples", () => true],
  harm: ["harm", (row) => row.verdict === "harm"],
  no_harm: ["no harm", (row) => row.verdict === "no_harm"],
  unscored: ["without a verdict", (row) => row.verdict === "unscored"],
  scored: ["with a verdict", (row) => row.verdict !== "unscored"],
  duties: ["all duties done", (row) => ["acts", "no_act"].includes(row.response) && row.duties > 0 && row.duties_done >= row.duties],
};

const words = (slug) => (slug ?? "").replaceAll("_", " ");

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

async function unpacked(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

function block(key, packed) {
  if (!blocks.has(key)) blocks.set(key, unpacked(packed));
  return blocks.get(key);
}

async function rowsOf(cells) {
  const found = await Promise.all(cells.map((cell) => block(cell, data.cells[cell])));
  return found.flatMap(({ rows, prompts }, index) => rows.map((row) => ({ ...row, prompts, cell: cells[index] })));
}

function filterNamed(name) {
  if (Object.hasOwn(FILTERS, name)) return FILTERS[name];
  const [field, value] = name.split("=");
  if (field !== "atleast") return [`${field}: ${words(value)}`, (row) => row[field] === value];
  return [`outcome ${value} or worse`, (row) => row.outcome_rank !== null && row.outcome_rank >= Number(value)];
}

function placeOf(hash) {
  const [kind, cells = "", filter = "all", place = "0"] = decodeURIComponent(hash.slice(1)).split("/");
  const known = cells.split("+").filter((cell) => Object.hasOwn(data.cells, cell));
  return kind === "t" && known.length ? { cells: known, filter: filter || "all", place: Number(place) || 0 } : null;
}

const addressOf = (cells, filter, place) => `#t/${cells}/${filter}${place ? `/${place}` : ""}`;

function choices(select, pairs, chosen) {
  select.replaceChildren(...pairs.map(([value, text]) => element("option", { value, textContent: text, selected: value === chosen })));
}

function entry(row, place, at) {
  const link = element("a", { href: addressOf(at.cells.join("+"), at.filter, place), className: row.detail ? "" : "absent" });
  link.setAttribute("aria-current", String(place === at.place));
  const which = at.cells.length > 1 ? `${data.titles[row.cell].split(" · ").at(-1)}, ` : "";
  const where = row.log ? (row.detail ? "" : ", in the logs only") : ", not run";
  link.append(
    element("span", { className: `tag ${row.verdict}`, textContent: words(row.verdict) }),
    element("span", { textContent: words(row.outcome ?? row.reason) }),
    element("small", { textContent: `${which}form ${row.form}, epoch ${row.epoch}${where}` }),
  );
  return link;
}

function listOf(title, lines) {
  if (!lines.length) return [];
  return [element("h2", { textContent: title }), element("ul", {}, ...lines.map((textContent) => element("li", { textContent })))];
}

function folded(title, text) {
  return element("details", {}, element("summary", { textContent: title }), element("div", { className: "text", textContent: text }));
}

function why(finding) {
  const rationale = finding.rationale ? [element("h2", { textContent: "Rationale" }), element("p", { textContent: finding.rationale })] : [];
  const unread = listOf("Answers of the judge that could not be read", finding.unread);
  const members = listOf("Members of the panel", finding.members);
  return element("div", { className: "finding" }, ...rationale, ...listOf("Evidence", finding.evidence), ...members, ...unread);
}

function what(finding) {
  return element("div", { className: "finding" }, ...listOf("Executed acts", finding.acts), ...listOf("What reached whom", finding.flows));
}

function passage(part) {
  const label = part.label ? [element("b", { textContent: part.label })] : [];
  const pieces = part.pieces.map((piece) => element(piece.quoted ? "mark" : "span", { textContent: piece.text }));
  return element("span", { className: part.kind === "plain" ? "" : `passage ${part.kind}` }, ...label, ...pieces);
}

function message(said) {
  const reasoning = said.reasoning ? [folded("native reasoning, no part of what is judged", said.reasoning)] : [];
  const passages = said.passages.length ? said.passages.map(passage) : [element("span", { className: "quiet", textContent: "(an empty answer)" })];
  const text = element("div", { className: "said text" }, ...passages);
  return element("div", { className: "message" }, element("h2", { textContent: said.role }), ...reasoning, text);
}

function heading(row) {
  const by = row.decided_by ? `, decided by the ${row.decided_by}` : "";
  const answer = row.response ? `, answer: ${words(row.response)}` : "";
  const flip = row.flip ? `, flipped: ${words(row.flip)}` : "";
  const duties = row.duties === null ? "" : `, duties ${row.duties_done} of ${row.duties}`;
  const tag = element("span", { className: `tag ${row.verdict}`, textContent: words(row.verdict) });
  return [
    element("p", { className: "where", textContent: data.titles[row.cell] }),
    element("h1", {}, tag, words(row.outcome ?? row.reason)),
    element("p", { className: "where", textContent: `form ${row.form}, epoch ${row.epoch}${by}${flip}${answer}${duties}` }),
  ];
}

async function body(row) {
  const detail = row.detail;
  if (!detail) {
    const text = row.log ? "This transcript is not in the page, to keep it small; the log below holds it." : "This sample was not run.";
    return [element("p", { textContent: text })];
  }
  const error = detail.error ? [element("h2", { textContent: "The error that ended the sample" }), element("p", { className: "text", textContent: detail.error })] : [];
  const finding = detail.finding;
  const prompts = await block(`prompts ${row.prompts}`, data.prompts[row.prompts]);
  const read = prompts[detail.prompt].map(([role, text]) => folded(role, text));
  return [
    ...error,
    ...(finding ? [why(finding)] : []),
    ...detail.said.map(message),
    ...(finding ? [what(finding)] : []),
    element("h2", { textContent: "What the subject read" }),
    ...read,
  ];
}

function source(row) {
  if (!row.log) return [];
  const later = row.verdict_log ? `the verdict: ${row.verdict_log}\n` : "";
  const line = element("p", { className: "text quiet", textContent: `${row.log}\n${later}${row.sample_id}, epoch ${row.epoch}` });
  return [element("h2", { textContent: "Log and sample" }), line];
}

async function open(at) {
  latest += 1;
  const turn = latest;
  const cells = at.cells.join("+");
  const [title, fits] = filterNamed(at.filter);
  const rows = (await rowsOf(at.cells)).filter(fits);
  const row = rows[Math.min(at.place, rows.length - 1)];
  const parts = row ? [...heading(row), ...(await body(row)), ...source(row)] : [element("p", { className: "where", textContent: "No sample fits." })];
  if (turn !== latest) return;
  const both = at.cells.length > 1 ? [[cells, at.cells.map((cell) => data.titles[cell]).join(" − ")]] : [];
  choices(cellSelect, [...both, ...Object.entries(data.titles)], cells);
  const own = Object.hasOwn(FILTERS, at.filter) ? [] : [[at.filter, title]];
  choices(filterSelect, [...own, ...Object.entries(FILTERS).map(([name, [text]]) => [name, text])], at.filter);
  const here = rows.filter((each) => each.detail).length;
  const partly = here < rows.length ? `, ${here} with the transcript in this page` : "";
  document.getElementById("count").textContent = `${rows.length} ${rows.length === 1 ? "sample" : "samples"}${partly}`;
  list.replaceChildren(...rows.map((each, place) => entry(each, place, at)));
  transcript.replaceChildren(...parts);
  transcript.scrollTop = 0;
  list.querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
}

async function route() {
  const at = placeOf(location.hash);
  const entering = at && reader.hidden;
  const leaving = !at && !reader.hidden;
  if (entering) scrolled = window.scrollY;
  report.hidden = Boolean(at);
  reader.hidden = !at;
  if (leaving) {
    latest += 1;
    window.scrollTo({ top: scrolled, behavior: "instant" });
  }
  if (at) await open(at);
  if (entering) transcript.focus({ preventScroll: true });
}

function choose() {
  location.hash = addressOf(cellSelect.value, filterSelect.value);
}

cellSelect.addEventListener("change", choose);
filterSelect.addEventListener("change", choose);
window.addEventListener("hashchange", route);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !reader.hidden) location.hash = "report";
});
list.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
  const links = [...list.children];
  const next = step && links[links.indexOf(document.activeElement) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});
route();
