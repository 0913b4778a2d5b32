// Fourier transforms of real signals whose length is a power of two.
//
//     const fourier = new Fourier(16384);
//     const { re, im } = fourier.forward(signal);   // Float64Array [length / 2 + 1] each
//     fourier.inverse(re, im);                      // Float64Array [length]
"use strict";

class Fourier {
  constructor(length) {
    this.length = length;
    this.turns = Float64Array.from({ length: length / 2 }, (_, i) => (2 * Math.PI * i) / length);
    this.cos = this.turns.map(Math.cos);
    this.sin = this.turns.map(Math.sin);
  }

  forward(signal) {
    const re = Float64Array.from(signal),
      im = new Float64Array(this.length);
    this.#transform(re, im);
    const half = this.length / 2 + 1;
    return { re: re.slice(0, half), im: im.slice(0, half) };
  }

  // The spectrum's other half is the conjugate of this one.
  inverse(re, im) {
    const { length } = this,
      half = length / 2,
      real = new Float64Array(length),
      imaginary = new Float64Array(length);
    real.set(re);
    for (let k = 1; k < half; k++) {
      // Forward of the conjugate is the conjugate of the inverse, times its length.
      imaginary[k] = -im[k];
      [real[length - k], imaginary[length - k]] = [re[k], im[k]];
    }
    this.#transform(real, imaginary);
    return real.map((value) => value / length);
  }

  // In place: decimation in time (J. Cooley and J. Tukey, Mathematics of Computation 19, 1965).
  #transform(re, im) {
    const { length } = this;
    for (let i = 1, j = 0; i < length; i++) {
      let bit = length >> 1;
      for (; j & bit; bit >>= 1) j ^= bit;
      j ^= bit;
      if (i < j) {
        [re[i], re[j]] = [re[j], re[i]];
        [im[i], im[j]] = [im[j], im[i]];
      }
    }
    for (let size = 2; size <= length; size *= 2) {
      const half = size / 2,
        step = length / size;
      for (let start = 0; start < length; start += size)
        for (let k = 0; k < half; k++) {
          const a = start + k,
            b = a + half,
            cos = this.cos[k * step],
            sin = this.sin[k * step];
          const x = re[b] * cos + im[b] * sin,
            y = im[b] * cos - re[b] * sin;
          re[b] = re[a] - x;
          im[b] = im[a] - y;
          re[a] += x;
          im[a] += y;
        }
    }
  }
}
