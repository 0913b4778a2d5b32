// Questions that the browser asks a board by itself: a sensor's samples come faster than a network
// between the computers would let Python ask for them. Answers are checked as firmware/c/protocol.h
// describes frames, and asked for again; what they say is Python's to read.

const END = 0xc0, ESCAPE = 0xdb, ESCAPED = { 0xdc: END, 0xdd: ESCAPE };
const HEADER = 6, CRC = 4; // bytes
const TRIES = 3;
const ANSWER_TIME = 200; // milliseconds
const REST = 20; // milliseconds until a board is asked again that had little to give,
const LITTLE = 500; // bytes

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

// The number of the message between two ENDs; -1 if it isn't sound.
function numberOf(stretch) {
  const bytes = [];
  for (let i = 0; i < stretch.length; i++)
    bytes.push(stretch[i] === ESCAPE ? ESCAPED[stretch[++i]] ?? stretch[i] : stretch[i]);
  const length = bytes.length - HEADER - CRC;
  if (length < 0) return -1;
  const view = new DataView(Uint8Array.from(bytes).buffer);
  const sound = view.getUint32(2, true) === length &&
    view.getUint32(HEADER + length, true) === crc32(bytes.slice(0, -CRC));
  return sound ? bytes[1] : -1;
}

// What stands between ENDs in bytes, arrays of them.
function stretches(bytes) {
  const found = [];
  for (let start = 0, end; (end = bytes.indexOf(END, start)) >= 0; start = end + 1)
    found.push(bytes.slice(start, end));
  return found;
}

// Asks one question after another. `onanswer` is called with the frame of each answer, in order; with
// none, a Uint8Array without bytes, if a question isn't answered, and then the others aren't asked.
class Questions {
  constructor(port, onanswer) {
    [this.port, this.onanswer] = [port, onanswer];
    [this.queue, this.busy] = [[], false];
  }

  // Ask frames, Uint8Arrays, when those from before are answered.
  async add(frames) {
    this.queue.push(...frames);
    if (this.busy) return;
    this.busy = true;
    while (this.queue.length) {
      const answer = await this.ask(this.queue[0]);
      if (!this.queue.length) break; // given up meanwhile
      this.queue.shift();
      if (!answer.length) this.queue = [];
      this.onanswer(answer);
      if (answer.length < LITTLE) await new Promise((resolve) => setTimeout(resolve, REST));
    }
    this.busy = false;
  }

  async ask(question) {
    const number = numberOf([...question.slice(1, -1)]);
    for (let tries = 0; tries < TRIES; tries++) {
      const heard = [], end = performance.now() + ANSWER_TIME;
      this.port.write(question);
      for (let left; (left = end - performance.now()) > 0; ) {
        heard.push(...(await this.port.read(left)));
        const answer = stretches(heard).find((stretch) => numberOf(stretch) === number);
        if (answer) return Uint8Array.from([END, ...answer, END]);
        if (!this.queue.length) break;
      }
      if (!this.queue.length) break;
    }
    return new Uint8Array();
  }

  // Ask nothing more.
  giveUp() {
    this.queue = [];
    this.port.wake();
  }
}
