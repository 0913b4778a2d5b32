// What all live pages share: light or dark, and small elements. It runs before the page is drawn.
"use strict";

// The site's own choice (the pydata theme keeps it as "mode") goes before the system's.
const wantsDark = matchMedia("(prefers-color-scheme: dark)");

function chooseTheme() {
  let mode = null;
  try {
    mode = localStorage.getItem("mode");
  } catch {} // a page from a file may have no storage
  const dark = mode === "dark" || (mode !== "light" && wantsDark.matches);
  // The notebook's panels know the theme by this attribute.
  document.documentElement.setAttribute("data-jp-theme-light", String(!dark));
}

chooseTheme();
wantsDark.addEventListener("change", chooseTheme);

// An element: attributes by name, handlers under on..., then children and texts.
function tag(name, attributes = {}, ...children) {
  const vector = ["svg", "g", "rect", "text", "line", "title", "path", "pattern", "defs"].includes(
    name,
  );
  const element = vector
    ? document.createElementNS("http://www.w3.org/2000/svg", name)
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (typeof value === "boolean") element.toggleAttribute(key, value);
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}
