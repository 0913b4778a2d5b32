"""Record your own words in the browser, as clips that a keyword spotter trains on.

    recorder = Recorder(["yes", "no"], my_work("recordings"), speaker="ada")
    recorder  # as a cell's last line: the panel with the microphone

Recordings are kept as the field keeps them, `<folder>/<word>/<speaker>_nohash_<n>.wav`: 16 kHz,
mono, 16 bits, a second each; `datasets.recordings` reads them.
"""

import io
import unicodedata
from pathlib import Path

import numpy as np
import traitlets

from tinyml_helpers.datasets.sounds.recordings import loudest_second, read_recording, save_clip
from tinyml_helpers.panels.panel import Panel, browser_code


def trouble_with(clip):
    """What is wrong with a recording, in a sentence that says what to do.

    Args:
        clip: int16 [n].

    Returns:
        The sentence, or "" if nothing is.
    """
    peak = np.abs(clip.astype(np.int32)).max(initial=0)
    if peak == 0:
        return (
            "There is no sound at all in it: unmute the microphone, or choose another one in the "
            "browser's settings for this page."
        )
    if peak < _QUIET:
        return "It is too quiet: come closer, speak up, or raise the microphone's level."
    if np.count_nonzero(np.abs(clip.astype(np.int32)) >= _CLIPPED) > _CLIPPED_SAMPLES:
        return "It is too loud and was cut off: move away, or lower the microphone's level."
    return ""


#: A peak 30 dB below full scale: speech at arm's length is 10 to 20 dB above that.
_QUIET = 1036
#: What a clipping converter or browser gives; a few such samples (0.5 ms) can't be heard.
_CLIPPED, _CLIPPED_SAMPLES = 32_760, 8


class Recorder(Panel):
    """A panel that records words with the browser's microphone, or takes WAV files instead.

    It counts in, shows the level and the waveform, plays what came, and keeps it when told to; a
    series of takes is kept by itself, except those that are too quiet or too loud.

    Args:
        words: what to record, list of str; letters, digits and hyphens.
        folder: where recordings are kept; made when there is the first one.
        speaker: whose voice it is, for the files' names; letters, digits and hyphens.
        takes: recordings in a series.

    Raises:
        ValueError: there is no word.

    Attributes:
        counts: recordings in the folder, by word.
    """

    _esm = browser_code("microphone.js", "waveform.js", "recorder.js")
    words = traitlets.List(traitlets.Unicode()).tag(sync=True)
    takes = traitlets.Int().tag(sync=True)
    counts = traitlets.Dict().tag(sync=True)

    def __init__(self, words, folder, speaker="me", takes=20):
        if not words:
            raise ValueError('a Recorder needs a word at least, such as Recorder(["yes"], folder).')
        self.folder = Path(folder)
        self._speaker = speaker
        self._kept = {}
        # As `save_clip` writes them.
        words = [unicodedata.normalize("NFC", word).lower() for word in words]
        super().__init__(words=words, takes=takes)
        self._count()

    def add(self, audio, word):
        """Keep a recording without the panel.

        Args:
            audio: int16 [n], 16 kHz; of more than a second, the loudest one is kept.
            word: what is said, one of the recorder's words.

        Returns:
            The file's Path.

        Raises:
            ValueError: the word isn't one of the recorder's, the audio isn't as above, or
                `recordings.save_clip` refuses a name.
        """
        if word not in self.words:
            raise ValueError(f"{word!r} isn't one of the words to record: {', '.join(self.words)}")
        audio = np.asarray(audio)
        if audio.dtype != np.int16 or audio.ndim != 1 or not len(audio):
            raise ValueError(
                f"a recording is int16 [samples], 16 kHz, not {audio.dtype} {list(audio.shape)}"
            )
        clip = loudest_second(audio)
        path = save_clip(self.folder, word, self._speaker, clip)
        self._kept[word, path.name] = path
        self._count()
        return path

    def _count(self):
        self.counts = {
            word: len(list((self.folder / word).glob("[!.]*.wav"))) for word in self.words
        }

    def answer(self, message, buffers):
        """Answer the panel in the browser; see `panel.Panel`."""
        kind, word = message["kind"], message.get("word")
        if kind == "hello":
            return {}, []
        if kind == "remove":
            self._kept.pop((word, message["name"])).unlink(missing_ok=True)
            self._count()
            return {}, []
        if kind == "file":
            clip = _read(message["file"], buffers[0])
        else:
            clip = loudest_second(np.frombuffer(buffers[0], "<i2"))
        trouble = trouble_with(clip)
        kept = {}
        if kind in ("keep", "file") or (kind == "series" and not trouble):
            kept = {"word": word, "name": self.add(clip, word).name}
        return {"trouble": trouble, **kept}, [clip]

    def __repr__(self):
        return f"A recorder for {', '.join(self.words)}: run this cell, then press Record."


def _read(name, data):
    """An uploaded file as a clip, int16 [16000]; ValueError, with its name, if it can't be."""
    try:
        return read_recording(io.BytesIO(data))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
