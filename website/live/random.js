// Random numbers that are the same again for the same seed, for what pages simulate.
//
//     const random = new Random(7, 3);     // any whole numbers
//     random.uniform(0, 1), random.normal(), random.exponential(), random.poisson(2)
"use strict";

// Numbers by G. Marsaglia's xorshift (Journal of Statistical Software 8, issue 14, 2003), good
// enough for what is looked at and listened to; normal ones by G. E. P. Box and M. E. Muller
// (Annals of Mathematical Statistics 29, 1958).
class Random {
  constructor(...seeds) {
    this.state = 1;
    for (const seed of seeds) this.state = Math.imul(this.#next() ^ seed, 0x9e3779b1) || 1;
    for (let i = 0; i < 8; i++) this.#next(); // seeds that are alike begin alike
    this.spare = null;
  }

  #next() {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return this.state;
  }

  uniform(low = 0, high = 1) {
    return low + ((high - low) * (this.#next() >>> 0)) / 2 ** 32;
  }

  normal(mean = 0, deviation = 1) {
    if (this.spare !== null) {
      const value = this.spare;
      this.spare = null;
      return mean + deviation * value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform())),
      angle = 2 * Math.PI * this.uniform();
    this.spare = radius * Math.sin(angle);
    return mean + deviation * radius * Math.cos(angle);
  }

  exponential() {
    return -Math.log(1 - this.uniform());
  }

  // As many as there are of what happens `mean` times on average.
  poisson(mean) {
    let many = 0;
    for (let passed = this.exponential(); passed < mean; passed += this.exponential()) many++;
    return many;
  }
}
