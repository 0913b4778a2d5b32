// Panels ask, as in JupyterLab, whether the page is light.
const page = document.documentElement;
const tell = () => { page.dataset.jpThemeLight = String(page.dataset.theme !== "dark"); };
new MutationObserver(tell).observe(page, { attributeFilter: ["data-theme"] });
tell();

// The theme's buttons that unfold a part of the navigation have no names of their own.
for (const button of document.querySelectorAll("nav summary")) {
  const of = button.closest("li").querySelector("a").textContent.trim();
  button.setAttribute("aria-label", `Pages of ${of}`);
}
