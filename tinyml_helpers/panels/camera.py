"""The browser's camera: 96×96 grey frames for Python, live or one by one.

    camera = Camera(on_frame=look)   # look(frame) may call camera.show(...)
    camera                           # as a cell's last line: the panel with the camera
    camera.frames                    # the pictures that were taken, uint8 [n, 96, 96]
    camera.replay(frames)            # the same with frames of yours instead of a camera

Nothing is taken before the student presses "Switch the camera on". Pictures are in this object's
memory only, until `keep` makes files of them; `delete` removes both. Frames travel as messages,
never as the widget's state, which JupyterLab would write into the notebook.
"""

import textwrap
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import traitlets

from tinyml_helpers.datasets.pictures.own_faces import SIDE, checked_frames
from tinyml_helpers.files import my_work
from tinyml_helpers.panels import still
from tinyml_helpers.panels.album import Album, counted
from tinyml_helpers.panels.panel import Panel, browser_code

#: Grey levels between a frame's darkest and lightest pixel below which it shows nothing. Chosen by
#: hand: a covered lens leaves a few levels of noise.
_LEAST_RANGE = 16

_NOTHING = {"boxes": [], "text": "", "level": None, "threshold": None}


class Camera(Panel):
    """A panel with the browser's camera, which asks for consent before it is switched on.

    The browser cuts out the centre square, turns it into grey (0.299 R + 0.587 G + 0.114 B of the
    gamma-coded colours: ITU-R BT.601-7, 2.5.1) and averages it down to 96×96. The preview is
    mirrored, as in a mirror; frames are not: what is left in a frame is left for the camera.

    Args:
        on_frame: called with each live frame, uint8 [96, 96], while no cell is running; it may
            call `show`. What it prints goes to JupyterLab's log. Without it no frame leaves the
            browser until a picture is taken.
        frames_per_second: live frames that the browser sends at most, above 0 to 30. It sends none
            before Python has answered to the one before.
        folder: where `keep` puts files, and `delete` deletes them; `my_work/faces` if None.

    Raises:
        ValueError: the rate isn't in that range.

    Attributes:
        last: the newest frame, live, taken or replayed, uint8 [96, 96]; None before the first.
    """

    _esm = browser_code("webcam.js", "camera_parts.js", "camera_stage.js", "camera.js")
    _css = Panel._css + Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
    live = traitlets.Bool().tag(sync=True)
    frames_per_second = traitlets.Float().tag(sync=True)
    place = traitlets.Unicode().tag(sync=True)  # the folder, as the panel names it
    files = traitlets.Int().tag(sync=True)
    shown = traitlets.Dict(_NOTHING).tag(sync=True)
    # Counters: the browser looks again, or lets go of what it has, when one changes.
    changes = traitlets.Int().tag(sync=True)
    deletions = traitlets.Int().tag(sync=True)
    replays = traitlets.Int().tag(sync=True)

    def __init__(self, on_frame=None, frames_per_second=5, folder=None):
        if not 0 < frames_per_second <= 30:
            raise ValueError(
                f"a camera can't send {frames_per_second} frames a second: choose up to 30"
            )
        self.last = None
        self._album = Album(my_work("faces") if folder is None else Path(folder))
        self._replayed = []  # (frame, what was shown over it)
        place = "/".join(self.folder.resolve().parts[-2:])
        super().__init__(frames_per_second=frames_per_second, place=place)
        self.on_frame = on_frame
        self._changed()

    @property
    def folder(self):
        """Where `keep` puts files, a Path."""
        return self._album.folder

    @property
    def on_frame(self):
        """What is called with each live frame, or None; it can be set at any time."""
        return self._on_frame

    @on_frame.setter
    def on_frame(self, function):
        self._on_frame = function
        self.live = function is not None

    @property
    def frames(self):
        """The pictures taken, uploaded or added, uint8 [n, 96, 96]; a copy."""
        return self._album.frames

    def add(self, frames):
        """Take frames without a camera, as if they were pictures.

        Args:
            frames: uint8 [n, 96, 96].

        Returns:
            This camera.

        Raises:
            ValueError: they are something else.
        """
        for frame in checked_frames(frames):
            self._album.add(frame)
            self.last = frame
        self._changed()
        return self

    def replay(self, frames):
        """Let `on_frame` see frames one by one, as if they came from the camera, and show them.

        They aren't added to `frames`, and the panel doesn't mirror them. While the camera is on,
        the panel goes on with what that sees.

        Args:
            frames: uint8 [n, 96, 96].

        Returns:
            This camera, so that a cell's last line shows what came of it.

        Raises:
            ValueError: they are something else.
            Whatever `on_frame` raises.
        """
        self._replayed = []
        for frame in checked_frames(frames):
            self._see(frame)
            self._replayed.append((frame, self.shown))
        self.replays += 1
        return self

    def show(self, faces=(), text="", level=None, threshold=None):
        """Draw over the preview; it replaces what was shown before.

        What `on_frame` shows belongs to its frame: where it shows nothing, nothing is drawn.

        Args:
            faces: boxes, float [k, 4] of (left, top, right, bottom) in pixels of the frame; or
                [k, 5] with a score, 0 to 1, as `faces.detector.Face` has it.
            text: a line of text.
            level: a similarity to show on a meter, float; the meter goes from 0 to 1.
            threshold: from where on the level counts, float: a mark on the meter.

        Raises:
            ValueError: the boxes aren't as above, or a number isn't finite.
        """
        boxes = [np.asarray(face, np.float64) for face in faces]
        if any(box.shape not in ((4,), (5,)) or not np.isfinite(box).all() for box in boxes):
            raise ValueError(
                "a face is a box of numbers: left, top, right, bottom in pixels, and a score if "
                "there is one"
            )
        for number in (level, threshold):
            if number is not None and not np.isfinite(number):
                raise ValueError(f"a level is a number from 0 to 1, not {number}")
        self._answered = True
        self.shown = {
            "boxes": [box.tolist() for box in boxes],
            "text": str(text),
            "level": None if level is None else float(level),
            "threshold": None if threshold is None else float(threshold),
        }

    def keep(self, name):
        """Save the pictures that aren't files yet as `<folder>/<name>/<name>_<number>.png`.

        Args:
            name: whom they show: letters, digits, hyphens and underscores.

        Returns:
            The new files, a list of Path.

        Raises:
            ValueError: there is no picture, or `own_faces.save_face` refuses the name.
        """
        files = self._album.keep(name)
        self._changed()
        return files

    def delete(self):
        """Delete the pictures in memory and all files in the folder, also of earlier sessions.

        The panel switches its camera off. Arrays that were taken from `frames`, `last` or
        `on_frame` before are their cells' own.

        Returns:
            `album.Deleted`.

        Raises:
            ValueError: a file can't be deleted (see `own_faces.delete_faces`).
        """
        self._replayed, self.last = [], None
        self.shown = _NOTHING
        self.deletions += 1
        try:
            return self._album.delete()
        finally:
            self._changed()

    def _still(self):
        """What was replayed: up to ten frames, with what was shown; PNG bytes, and words."""
        with plt.style.context("tinyml_helpers.workbook"):
            png, words = still.drawn(_picture(self._replayed), dpi=90)
            return png, f"Frames that were replayed: {words}"

    def answer(self, message, buffers):
        """Answer the panel in the browser; see `panel.Panel`."""
        kind = message["kind"]
        if kind == "hello":
            return {}, []
        if kind == "pictures":
            return {"pictures": self._album.listed()}, [self.frames]
        if kind == "replayed":
            frames = [frame for frame, _ in self._replayed]
            return {"shown": [shown for _, shown in self._replayed]}, [checked_frames(frames)]
        if kind == "remove":
            deleted = self._album.remove(message["number"])
            self._changed()
            return deleted._asdict(), []
        if kind == "keep":
            files = self.keep(message["name"])
            return {"files": [path.relative_to(self.folder).as_posix() for path in files]}, []
        if kind == "delete":
            return self.delete()._asdict(), []
        if message["deletions"] == self.deletions:  # else it was on its way when all was deleted
            frame = np.frombuffer(buffers[0], np.uint8).reshape(SIDE, SIDE).copy()
            self._take(frame) if kind == "take" else self._see(frame)
        return {}, []

    def _take(self, frame):
        if int(frame.max()) - int(frame.min()) < _LEAST_RANGE:
            raise ValueError(
                "There is nothing to see in the picture: uncover the camera's lens (some have a "
                "slider), or switch on a light."
            )
        self.add([frame])

    def _see(self, frame):
        self.last, self._answered = frame, False
        if self.on_frame:
            self.on_frame(frame)
        if not self._answered:
            self.shown = _NOTHING

    def _changed(self):
        self.files = self._album.files
        self.changes += 1

    def __repr__(self):
        what = f" that replayed {counted(len(self._replayed), 'frame')}" if self._replayed else ""
        return f'A camera{what}: run this cell, then press "Switch the camera on".'

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        # What the camera took must not get into the notebook by itself.
        return still.beside(bundle, *self._still()) if self._replayed else bundle


def _picture(replayed):
    """The figure of `Camera._still`."""
    chosen = np.unique(np.linspace(0, len(replayed) - 1, min(10, len(replayed))).astype(int))
    rows = -(-len(chosen) // 5)
    columns = -(-len(chosen) // rows)
    figure, axes = plt.subplots(
        rows, columns, figsize=(1.6 * columns, 1.8 * rows), squeeze=False, layout="constrained"
    )
    for axis in axes.flat:
        axis.axis("off")
    for axis, (frame, shown) in zip(axes.flat, [replayed[i] for i in chosen], strict=False):
        axis.imshow(frame, cmap="gray", vmin=0, vmax=255, extent=(0, SIDE, SIDE, 0))
        axis.grid(False)
        for left, top, right, bottom, *_ in shown["boxes"]:
            corners = [left, right, right, left, left], [top, top, bottom, bottom, top]
            axis.plot(*corners, "-", color="black", linewidth=3)
            axis.plot(*corners, "-", color="white", linewidth=1.2)
        axis.set(xlim=(0, SIDE), ylim=(SIDE, 0))
        axis.set_title(textwrap.fill(shown["text"], 20), loc="center", fontsize=8)
    return figure
