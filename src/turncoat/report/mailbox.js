"use strict";
const links = [...document.querySelectorAll("#list a")];
const reader = document.getElementById("reader");

function place() {
  const found = links.findIndex((link) => link.hash === location.hash);
  return found < 0 ? 2 : found;
}

function show() {
  const at = place();
  links.forEach((link, i) => link.toggleAttribute("aria-current", i === at));
  for (const article of reader.children) article.toggleAttribute("data-shown", `#${article.id}` === links[at].hash);
  links[at].scrollIntoView({ block: "nearest" });
  reader.scrollTop = 0;
}

function go(step) {
  const next = Math.min(links.length - 1, Math.max(0, place() + step));
  history.replaceState(null, "", links[next].hash);
  show();
  links[next].focus({ preventScroll: true });
}

document.body.classList.add("script");
window.addEventListener("hashchange", show);
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (step) { event.preventDefault(); go(step); }
});
show();
