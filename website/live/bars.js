// How sure a model is of each of its classes: a bar for each, in an element with role="img".
//
//     const bars = new Bars(element, ["yes", "no"], "How sure the model is");
//     bars.show([0.9, 0.1], 0);     // shares, and which one stands out; -1 for none
//     bars.nothing();
"use strict";

class Bars {
  constructor(element, names, words) {
    this.element = element;
    this.words = words;
    this.names = names;
    const longest = Math.max(...names.map((name) => name.length));
    element.style.setProperty("--names", `${Math.max(1.2, 0.55 * longest)}rem`);
    this.rows = names.map((name) => {
      const fill = tag("i"),
        share = tag("span"),
        row = tag("div", { class: "bar" }, tag("span", {}, name), tag("div", {}, fill), share);
      element.append(row);
      return { row, fill, share };
    });
    this.nothing();
  }

  nothing() {
    this.#draw(this.names.map(() => 0), -1, false);
    this.element.setAttribute("aria-label", `${this.words}: nothing yet`);
  }

  show(shares, best) {
    this.#draw(shares, best, true);
    const all = this.names.map((name, i) => `${name}: ${Math.round(100 * shares[i])}%`);
    this.element.setAttribute("aria-label", `${this.words}: ${all.join(", ")}`);
  }

  #draw(shares, best, told) {
    this.rows.forEach(({ row, fill, share }, i) => {
      row.classList.toggle("best", i === best);
      fill.style.width = `${100 * shares[i]}%`;
      share.textContent = told ? `${Math.round(100 * shares[i])}%` : "";
    });
  }
}
