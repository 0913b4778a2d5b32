// Plays something step by step, as fast as one can watch, or as fast as it goes.
//
//     const player = new Player({ play, skip }, (place) => ...one step..., stepsASecond);
//     player.onend = () => ...;
//     player.start(length);
"use strict";

class Player {
  constructor({ play, skip }, step, pace) {
    Object.assign(this, { play, skip, step, pace });
    this.length = this.place = 0;
    this.running = this.hurried = false;
    this.onstart = this.onend = () => {};
    this.words = play.textContent;
    play.addEventListener("click", () => {
      if (this.running) this.pause();
      else if (this.place < this.length) this.#run();
      else this.onstart();
    });
    skip.addEventListener("click", () => {
      if (this.place >= this.length) this.onstart();
      else if (!this.running) this.#run();
      this.hurried = true;
    });
  }

  // From the first step on. Whoever starts anew gives up what ran.
  start(length) {
    [this.length, this.place] = [length, 0];
    if (!this.running) this.#run();
  }

  pause() {
    this.running = false;
    this.play.textContent = "▶ Go on";
  }

  // Back to before the first step.
  stop() {
    this.running = this.hurried = false;
    this.length = this.place = 0;
    this.run = null;
    this.play.textContent = this.words;
  }

  async #run() {
    this.running = true;
    this.play.textContent = "⏸ Pause";
    const run = (this.run = {});
    while (this.running && this.run === run && this.place < this.length) {
      const begun = performance.now();
      this.step(this.place++);
      const rest = this.hurried ? 0 : 1000 / this.pace - (performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, Math.max(rest, 0)));
    }
    if (this.run !== run || this.place < this.length) return;
    this.running = this.hurried = false;
    this.play.textContent = "↻ Again";
    this.onend();
  }
}
