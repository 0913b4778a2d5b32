// The browser's camera and picture files as frames for camera.js: Python puts this file before it.

const SIDE = 96; // pixels of a frame on either side
const MOST = 1536; // a larger square is first made this small by the browser
const FIRST_PICTURE = 5000; // milliseconds an open camera gets for it

// The centre square of a picture as a frame: Uint8Array [SIDE, SIDE], 0 black to 255 white.
// `source` is what a canvas can draw: a video or an ImageBitmap.
function frameOf(source, width, height) {
  const square = Math.min(width, height);
  const side = Math.min(square, MOST);
  const context = new OffscreenCanvas(side, side).getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.fillStyle = "white"; // behind a picture that is transparent
  context.fillRect(0, 0, side, side);
  const left = Math.floor((width - square) / 2), top = Math.floor((height - square) / 2);
  context.drawImage(source, left, top, square, square, 0, 0, side, side);
  const grey = luma(context.getImageData(0, 0, side, side).data);
  return Uint8Array.from(shrink(shrink(grey, side), SIDE), Math.round);
}

// How light a pixel is: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601-7, 2.5.1), of the gamma-coded
// values, in 1/65536. pixels: [n, 4] RGBA -> [n]
function luma(pixels) {
  const grey = new Uint8Array(pixels.length / 4);
  for (let i = 0; i < grey.length; i++) {
    const [red, green, blue] = [pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2]];
    grey[i] = (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
  }
  return grey;
}

// Make lines shorter: each new value is the mean of the stretch of the line that it covers.
// values: [lines, length] -> [SIDE, lines], turned over so that twice makes a picture smaller.
function shrink(values, lines) {
  const length = values.length / lines, stretch = length / SIDE;
  const out = new Float32Array(SIDE * lines);
  for (let i = 0; i < SIDE; i++) {
    const begin = i * stretch, end = Math.min(begin + stretch, length);
    for (let k = Math.floor(begin); k < end; k++) {
      const share = (Math.min(k + 1, end) - Math.max(k, begin)) / stretch;
      for (let line = 0; line < lines; line++) out[i * lines + line] += share * values[line * length + k];
    }
  }
  return out;
}

// A file the student chose, as a frame.
async function frameOfFile(file) {
  try {
    const picture = await createImageBitmap(file);
    const frame = frameOf(picture, picture.width, picture.height);
    picture.close();
    return frame;
  } catch {
    throw new Trouble(`${file.name} can't be read as a picture: choose a JPEG, PNG or WebP file.`);
  }
}

// Why this page can have no camera at all, in a sentence; "" if it can.
function noCamera() {
  if (!window.isSecureContext)
    return `Browsers give the camera only to secure pages, and ${location.origin} isn't one: ${THROUGH_LOCALHOST}.`;
  if (!navigator.mediaDevices?.getUserMedia)
    return "This browser gives pages no camera: use a current Firefox, Chrome, Edge or Safari.";
  return "";
}

// Why getUserMedia failed, in a sentence.
function cameraRefusal(error) {
  const byPage = document.permissionsPolicy ?? document.featurePolicy;
  if (error.name === "NotAllowedError" && byPage && !byPage.allowsFeature("camera"))
    return "This page is shown inside another one that doesn't lend it the camera: open the notebook in a browser window of its own.";
  if (error.name === "NotAllowedError" && /system/i.test(error.message))
    return "The operating system keeps the camera from this browser: allow it in the system's privacy settings, then try again.";
  if (error.name === "NotAllowedError" || error.name === "SecurityError")
    return "The browser was not allowed to use the camera: allow it with the sign left of the page's address, then try again.";
  if (error.name === "NotFoundError" || error.name === "OverconstrainedError")
    return "No camera was found: plug one in or switch it on, then try again, or upload pictures.";
  if (error.name === "NotReadableError" || error.name === "AbortError")
    return "The camera is there but can't be opened: close whatever else uses it (a call, another tab), then try again.";
  return `The camera can't be opened (${error.name}: ${error.message}).`;
}

// An open camera that shows itself in a <video>. `onend` is called with a Trouble if it stops by
// itself.
class Webcam {
  static async open(video) {
    if (noCamera()) throw new Trouble(noCamera());
    const wish = { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: "user" };
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: wish, audio: false });
    } catch (error) {
      throw new Trouble(cameraRefusal(error));
    }
    const webcam = new Webcam(stream, video);
    if (await webcam.starts()) return webcam;
    webcam.close();
    throw new Trouble("The camera is open but sends no picture: choose another one in the browser's settings for this page, then try again.");
  }

  constructor(stream, video) {
    Object.assign(this, { stream, video, onend: () => {} });
    video.srcObject = stream;
    stream.getVideoTracks()[0]?.addEventListener("ended", () => {
      if (this.closed) return;
      this.close();
      this.onend(new Trouble("The camera went away: was it unplugged, or its permission taken back?"));
    });
  }

  // Wait for the first picture; whether one came.
  starts() {
    this.video.play().catch(() => {}); // the wait below says it
    return new Promise((resolve) => {
      const begun = performance.now();
      const timer = setInterval(() => {
        const came = this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && this.video.videoWidth > 0;
        if (!came && performance.now() - begun < FIRST_PICTURE) return;
        clearInterval(timer);
        resolve(came);
      }, 50);
    });
  }

  frame() {
    return frameOf(this.video, this.video.videoWidth, this.video.videoHeight);
  }

  // Let go of the camera: the browser's sign for it goes out.
  close() {
    this.closed = true;
    for (const track of this.stream.getTracks()) track.stop();
    this.video.srcObject = null;
  }
}
