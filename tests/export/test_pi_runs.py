"""run.py of a Raspberry Pi's project, on this computer: the program's answers are this computer's,
and whatever goes wrong is told in a sentence."""

import json
import re
import wave

import beating
import coaching
import growing
import listening
import looking
import numpy as np
import on_pi
import pytest
import spots
import tones
import toy_shake
import watching
from PIL import Image
from streaming import same

from tinyml_helpers.applications.faces.unlock import Unlock

STREAMS = {
    "keywords": listening.STREAM,
    "machines": watching.STREAM,
    "fields": growing.STREAM,
    "exercises": coaching.STREAM,
    "hearts": beating.STREAM,
}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "project"


@pytest.fixture
def listens(folder):
    """A live project that listens, its program told to hear a word soon."""
    on_pi.exported(listening.PROGRAM, folder, live=True)
    on_pi.set_settings(folder, tones.QUICK)
    return folder


@pytest.fixture
def looks(folder):
    """A live project that finds faces and tells them apart."""
    return on_pi.exported(looking.SMALL_PROGRAM, folder, live=True)


def write_wav(path, samples, rate=16_000, channels=1):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def save_frames(folder, frames):
    """Frames as pictures, in a folder of theirs."""
    folder.mkdir()
    for number, frame in enumerate(frames):
        Image.fromarray(frame).save(folder / f"{number:02}.png")
    return folder


# Streams.


@pytest.mark.parametrize("name", STREAMS)
def test_samples_of_a_file_become_the_events_of_the_twin_here(name, folder, tmp_path):
    stream = STREAMS[name]
    protocol = stream.program.protocol
    on_pi.exported(stream.program, folder)
    on_pi.set_settings(folder, stream.settings)
    np.save(tmp_path / "samples.npy", stream.samples)
    done = on_pi.python(folder, "run.py", "--from", tmp_path / "samples.npy", "--all")
    made = on_pi.records(on_pi.events(done), protocol.event)
    assert same([protocol.hop_of(record) for record in made], stream.expected)


def test_a_program_of_ones_own_is_given_samples_too(folder, tmp_path):
    samples = np.random.default_rng(0).integers(-9000, 9000, (160, 3)).astype(np.int16)
    on_pi.exported(toy_shake.Application(toy_shake.model()), folder)
    np.save(tmp_path / "samples.npy", samples)
    told = on_pi.events(on_pi.python(folder, "run.py", "--from", tmp_path / "samples.npy", "--all"))
    made = [toy_shake.Hop.of(record) for record in on_pi.records(told, toy_shake.EVENT)]
    assert made == toy_shake.on_this_computer(samples, toy_shake.Settings())


def test_words_are_told_from_a_wav_file_and_from_the_microphone(listens, tmp_path):
    sound = tones.stream()
    file = write_wav(tmp_path / "words.wav", sound)
    told = on_pi.events(on_pi.python(listens, "run.py", "--from", file))
    assert [event["detected"] for event in told] == [label for _, label in tones.WORDS]
    words = ["run.py", "--device", "1"]
    live = on_pi.python(listens, *words, modules=on_pi.MICROPHONE, sound=sound)
    assert on_pi.events(live) == told
    opened = json.loads((on_pi.fakes(listens) / "opened.json").read_text())
    assert opened == {"samplerate": 16_000, "channels": 1, "dtype": "int16", "device": 1}


def test_trouble_with_the_microphone_is_told(listens):
    words = ["run.py", "--device", "none"]
    done = on_pi.python(listens, *words, modules=on_pi.MICROPHONE)
    assert "doesn't give 16000 samples a second (Invalid sample rate)" in on_pi.trouble(done)
    absent = {"sounddevice.py": "raise OSError('PortAudio library not found')\n"}
    done = on_pi.python(listens, "run.py", modules=absent)
    assert "library not found): call `sudo apt install libportaudio2`" in on_pi.trouble(done)


def test_sound_that_is_lost_is_told_and_listening_goes_on(listens):
    lossy = on_pi.MICROPHONE["sounddevice.py"].replace("np.newaxis], False", "np.newaxis], True")
    words, sound = ["run.py"], tones.stream()[:6400]
    done = on_pi.python(listens, *words, modules={"sounddevice.py": lossy}, sound=sound)
    told = on_pi.events(done)
    assert told == 20 * [{"trouble": "samples were lost: this computer is too busy"}]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("fast.wav", "has 44100 samples a second, 1 channels and 16 bits, .* takes 16000, 1 and"),
        ("stereo.wav", "has 16000 samples a second, 2 channels and 16 bits"),
        ("noise.wav", r"isn't a \.wav file that can be read"),
        ("absent.wav", r"isn't a \.wav file that can be read: .*No such file"),
        ("floats.npy", r"holds float64 \[400\], and the program takes int16 \[samples\]"),
        ("pairs.npy", r"holds int16 \[200, 2\], and the program takes int16 \[samples\]"),
    ],
)
def test_files_that_hold_no_sound_for_it_are_told(name, message, listens, tmp_path):
    samples = np.zeros(400, np.int16)
    write_wav(tmp_path / "fast.wav", samples, rate=44_100)
    write_wav(tmp_path / "stereo.wav", samples, channels=2)
    (tmp_path / "noise.wav").write_bytes(b"RIFF of nothing")
    np.save(tmp_path / "floats.npy", np.zeros(400))
    np.save(tmp_path / "pairs.npy", samples.reshape(200, 2))
    said = on_pi.trouble(on_pi.python(listens, "run.py", "--from", tmp_path / name))
    assert re.search(message, said)


def test_a_sensor_is_used_only_where_the_project_is_live(folder, tmp_path):
    on_pi.exported(listening.PROGRAM, folder)
    done = on_pi.python(folder, "run.py", modules=on_pi.MICROPHONE)
    assert "takes its samples from a file, --from FILE" in on_pi.trouble(done)
    on_pi.exported(looking.SMALL_PROGRAM, tmp_path / "looks")
    done = on_pi.python(tmp_path / "looks", "run.py", modules=on_pi.CAMERA)
    assert "takes its pictures from files, --from FOLDER" in on_pi.trouble(done)


# Pictures.


def seen(sights):
    """What the twin here saw, as run.py tells it."""
    return [
        [[face.left, face.top, face.right - face.left] for face in sight.faces] for sight in sights
    ]


def test_pictures_show_the_faces_that_are_found_here(looks, tmp_path):
    frames = spots.mixed_frames(6, looking.SMALL)
    here = Unlock(spots.detector(*looking.SMALL), spots.verifier())
    for frame in looking.SMALL_OURS:
        here.enrol(frame)
    sights = [here.look(frame) for frame in frames]
    ours = save_frames(tmp_path / "ours", looking.SMALL_OURS)
    pictures = save_frames(tmp_path / "pictures", frames)
    told = on_pi.events(on_pi.python(looks, "run.py", "--enrol", ours, "--from", pictures))
    names = sorted(path.name for path in ours.iterdir())
    assert [event.get("enrolled from") for event in told[:6]] == [*names, None]
    assert [event["enrolled"] for event in told[:5]] == [1, 2, 3, 4, 5]
    assert [event["boxes"] for event in told[5:]] == seen(sights)
    assert [bool(event["unlocked"]) for event in told[5:]] == [sight.unlocked for sight in sights]
    similar = [event["similarity"] / 32768 for event in told[5:] if event["compared"]]
    assert similar == [s.similarity for s in sights if s.similarity is not None] != []
    (one,) = on_pi.events(on_pi.python(looks, "run.py", "--from", pictures / "01.png"))
    assert (one["picture"], one["boxes"]) == ("01.png", told[6]["boxes"])


def test_the_camera_shows_the_centre_of_its_picture_in_grey(looks):
    small = np.array(looking.SMALL_OURS[:3])
    square = np.kron(small, np.ones((15, 15), np.uint8))  # a pixel is 15 by 15 of the camera's
    frames = np.pad(square, [(0, 0), (0, 0), (80, 80)], constant_values=255)
    told = on_pi.events(on_pi.python(looks, "run.py", modules=on_pi.CAMERA, frames=frames))
    direct = on_pi.fakes(looks) / "direct"
    direct.mkdir()
    Image.fromarray(frames[0]).save(direct / "0.png")
    (first,) = on_pi.events(on_pi.python(looks, "run.py", "--from", direct))
    assert len(told) == 3 and told[0]["boxes"] == first["boxes"] != []
    done = json.loads((on_pi.fakes(looks) / "done.json").read_text())
    grey = {"main": {"size": [640, 480], "format": "YUV420"}}
    assert done == [grey, "start", "stop", "close"]


def test_trouble_with_camera_and_pictures_is_told(looks, tmp_path):
    nothing = np.zeros((0, 480, 640), np.uint8)
    done = on_pi.python(looks, "run.py", modules=on_pi.CAMERA, frames=nothing)
    assert "no camera answers (list index out of range): switch the Pi off" in on_pi.trouble(done)
    absent = {"picamera2.py": "raise ImportError('made up')\n"}
    done = on_pi.python(looks, "run.py", modules=absent)
    assert "(made up): call `sudo apt install python3-picamera2`" in on_pi.trouble(done)
    (tmp_path / "empty").mkdir()
    done = on_pi.python(looks, "run.py", "--from", tmp_path / "empty")
    assert "there is no picture in" in on_pi.trouble(done)
    (tmp_path / "empty/text.png").write_text("hello")
    done = on_pi.python(looks, "run.py", "--from", tmp_path / "empty")
    assert "text.png isn't a picture that can be read" in on_pi.trouble(done)


# The program itself.


def test_a_program_that_cant_be_run_is_told(listens, tmp_path):
    file = write_wav(tmp_path / "words.wav", np.zeros(400))

    def said():
        return on_pi.trouble(on_pi.python(listens, "run.py", "--from", file))

    program = listens / "program"
    program.write_text("#!/bin/sh\nexit 3\n")
    assert "the program has ended (code 3): copy the project again" in said()
    program.chmod(0o644)
    assert "may not be run: call `chmod +x" in said()
    program.write_bytes(b"\x7fELF of another processor")
    program.chmod(0o755)
    assert "can't run" in (text := said()) and "Raspberry Pi OS (64-bit)" in text
    program.unlink()
    assert "can't be run (No such file or directory): copy the whole project again" in said()


def test_what_the_program_refuses_is_told(listens, tmp_path):
    file = write_wav(tmp_path / "words.wav", np.zeros(400))
    path = listens / "application.json"
    path.write_text(path.read_text().replace(tones.QUICK.pack().hex(), "00" * 8))
    said = on_pi.trouble(on_pi.python(listens, "run.py", "--from", file))
    assert said == "the program says: the spotter has settings that are out of range"


def test_a_program_that_is_silent_is_given_up(listens):
    (listens / "program").write_text("#!/bin/sh\nexec sleep 1000\n")
    text = "import talk; talk.Program.ask.__defaults__ = (b'', 0.1); talk.run(talk.Program)"
    said = on_pi.trouble(on_pi.python(listens, "-c", text))
    assert said == "the program didn't answer within 0.1 seconds: start again"


def test_a_system_of_32_bits_is_told_what_to_do(listens):
    text = "import sys, talk; sys.maxsize = 2**31 - 1; talk.run(lambda: None)"
    said = on_pi.trouble(on_pi.python(listens, "-c", text))
    assert said.startswith("this system is of 32 bits: write Raspberry Pi OS (64-bit) to the card")
