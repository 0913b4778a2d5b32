#!/usr/bin/env python3
"""Gives a sensor's samples to ./program, and prints what it makes of them, a line of JSON each.

python run.py                          from the microphone, if this project is live
python run.py --from FILE.wav          from a file: sound, or samples as a .npy file
python run.py --from FILE.wav --all    every event with all that is in it
"""

import argparse
import wave

import numpy as np
import talk


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--from", dest="file", help="a .wav or .npy file")
    parser.add_argument("--device", help="of the microphone, by number or by a part of its name")
    parser.add_argument("--all", action="store_true", help="print every event, with all its values")
    arguments = parser.parse_args()
    messages = talk.application()
    with talk.Program() as program:
        stream = Stream(program, messages)
        for samples in _source(arguments, messages):
            for event in stream.push(samples):
                nothing = messages["nothing"].items()
                is_news = not nothing or any(event[name] != value for name, value in nothing)
                if is_news or arguments.all:
                    talk.tell(talk.plain(event, arrays=arguments.all))


class Stream:
    """The program's stream, started afresh.

    Args:
        program: a `talk.Program`.
        messages: what application.json says.
    """

    def __init__(self, program, messages):
        self._program, self._messages, self._number = program, messages, 0
        self._event = talk.dtype_of(messages["event"])
        program.ask(messages["start"], bytes.fromhex(messages["settings"]))

    def push(self, samples):
        """Give it samples.

        Args:
            samples: int16 [n] or [n, channels].

        Yields:
            A record for each event they bring about.
        """
        most = self._messages["most"]
        for start in range(0, len(samples), most):
            piece = samples[start : start + most].astype("<i2").tobytes()
            answer = self._program.ask(
                self._messages["samples"], self._number.to_bytes(4, "little") + piece
            )
            self._number = (self._number + 1) % (1 << 32)
            if len(answer) > 4:  # behind the ticks it took
                yield np.frombuffer(answer, self._event, 1, 4)[0]


def _source(arguments, messages):
    """The samples, piece by piece."""
    if arguments.file is None and not messages["live"]:
        raise talk.Trouble(
            "this project takes its samples from a file, --from FILE, or from a computer that "
            "connects to `./program --tcp PORT`"
        )
    if arguments.file is None:
        return _microphone(messages, arguments.device)
    if arguments.file.lower().endswith(".npy"):
        return [_array(arguments.file, tuple(messages["channels"]))]
    return [_sound(arguments.file, messages)]


def _array(path, channels):
    try:
        samples = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise talk.Trouble(f"{path} isn't a .npy file that can be read: {error}") from error
    if samples.dtype != np.int16 or samples.shape[1:] != channels or samples.ndim == 0:
        wanted = ", ".join(["samples", *map(str, channels)])
        raise talk.Trouble(
            f"{path} holds {samples.dtype} {list(samples.shape)}, and the program takes int16 "
            f"[{wanted}]"
        )
    return samples


def _sound(path, messages):
    rate = messages["rate"]
    if rate is None:
        raise talk.Trouble("this program takes no sound: give its samples as a .npy file of int16")
    try:
        with wave.open(path) as file:
            found = file.getframerate(), file.getnchannels(), file.getsampwidth()
            data = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise talk.Trouble(f"{path} isn't a .wav file that can be read: {error}") from error
    if found != (rate, 1, 2):
        raise talk.Trouble(
            f"{path} has {found[0]} samples a second, {found[1]} channels and {8 * found[2]} bits, "
            f"and the program takes {rate}, 1 and 16: convert it, `sox {path} -r {rate} -c 1 -b 16 "
            "new.wav`"
        )
    return np.frombuffer(data, "<i2")


def _microphone(messages, device):
    """Sound from the microphone, for ever."""
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise talk.Trouble(
            f"sounddevice can't be imported ({error}): call `sudo apt install libportaudio2` and "
            "`.venv/bin/pip install -r requirements.txt`, then `.venv/bin/python run.py`"
        ) from error
    device = int(device) if device and device.isdecimal() else device
    settings = {"samplerate": messages["rate"], "channels": 1, "dtype": "int16", "device": device}
    try:
        with sounddevice.InputStream(**settings) as stream:
            while True:
                samples, lost = stream.read(messages["most"])
                if lost:
                    talk.tell({"trouble": "samples were lost: this computer is too busy"})
                yield samples[:, 0]
    except (sounddevice.PortAudioError, ValueError) as error:
        raise talk.Trouble(
            f"the microphone doesn't give {messages['rate']} samples a second ({error}): see which "
            "there are by `.venv/bin/python -m sounddevice`, and name one by --device"
        ) from error


if __name__ == "__main__":
    talk.run(main)
