// What all panels share: Python puts this file before theirs. Everything that goes wrong is thrown
// as a Trouble: one sentence that says what to do.

class Trouble extends Error {}

// A function that shows a sentence in an element; of trouble, if its second argument is true.
function sentences(element) {
  return (text, trouble = false) => {
    element.textContent = text;
    element.classList.toggle("tiny-trouble", trouble);
  };
}

// Send a message to Python and wait for its answer: [content, buffers]. Buffers are typed arrays,
// patience is in milliseconds.
function ask(model, content, buffers = [], patience = PATIENCE) {
  const ticket = `${performance.now()}-${Math.random()}`;
  return new Promise((resolve, reject) => {
    const finish = (settle, value) => {
      clearTimeout(timer);
      model.off("msg:custom", hear);
      settle(value);
    };
    const hear = (answer, received) => {
      if (answer.ticket !== ticket) return;
      if (answer.error) finish(reject, new Trouble(answer.error));
      else finish(resolve, [answer, received]);
    };
    const timer = setTimeout(finish, patience, reject, new Trouble(NO_ANSWER));
    model.on("msg:custom", hear);
    try {
      model.send({ ...content, ticket }, undefined, buffers.map(bytesOf));
    } catch {
      finish(reject, new Trouble(NO_ANSWER)); // the kernel was shut down
    }
  });
}

// The same for what a panel shows without being asked: after "Run All" that waits for all cells.
// `say` tells the reader so.
async function askWhenIdle(model, content, say) {
  let told = false;
  const waiting = setTimeout(() => {
    told = true;
    say("This is shown when the cells that run have finished.");
  }, SLOW);
  try {
    return await ask(model, content, [], PATIENCE_IDLE);
  } finally {
    clearTimeout(waiting);
    if (told) say("");
  }
}

const SLOW = 2000; // milliseconds; who waits longer is told why
const PATIENCE = 5000;
const PATIENCE_IDLE = 1800000;
const NO_ANSWER =
  "Python doesn't answer. If another cell is still running, wait for it; " +
  "if the kernel was restarted, run this cell again.";

function bytesOf(array) {
  return array.buffer.slice(array.byteOffset, array.byteOffset + array.byteLength);
}

// What Python sends as a buffer arrives as a DataView, at any alignment.
function arrayOf(type, view) {
  return new type(bytesOf(view));
}

const THROUGH_LOCALHOST =
  "open it as http://localhost on the computer that runs it (from another computer: through an " +
  "ssh tunnel to its port, or https)";
