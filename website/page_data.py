"""What Python knows and the live pages must: boards, models' settings, and something to try."""

import base64
from pathlib import Path

import numpy as np

from tinyml_helpers import boards, datasets, firmware, model_file
from tinyml_helpers.applications.faces import c_looker, trained
from tinyml_helpers.applications.faces.detector import check_threshold
from tinyml_helpers.applications.fields import c_node, irrigation
from tinyml_helpers.applications.keywords import c_spotter, spotter
from tinyml_helpers.applications.machines import c_watcher, watcher
from tinyml_helpers.datasets.fields import simulated as simulated_fields
from tinyml_helpers.datasets.machines import recording
from tinyml_helpers.datasets.machines import simulated as simulated_machines
from tinyml_helpers.datasets.machines.simulated import vibration as simulated_vibration
from tinyml_helpers.datasets.pictures import drawn_faces
from tinyml_helpers.datasets.sounds import speech
from tinyml_helpers.model_file import schema
from tinyml_helpers.signals import vibration
from website import code_sizes

DATA = Path(__file__).resolve().parents[1] / "data"

#: The models to try in the inspector: a file in `data`, and what it is.
EXAMPLES = {
    "digit_models/digits.tflite": "Handwritten digits",
    "keywords/keyword_real.tflite": "Keywords, a second at a time",
    "keywords/keyword_real_stateful.tflite": "Keywords, with a memory",
    "face_models/detector.tflite": "Where are faces?",
    "face_models/verifier.tflite": "Whose face is it?",
    "machine_models/faults.tflite": "A bearing's fault",
    "exercise_models/any_way.tflite": "Exercises, from the wrist",
    "heart_models/shape.tflite": "Heartbeats",
    "field_models/simulated.tflite": "Soil moisture",
}
#: The model that reads digits.
READS = "digit_models/digits.tflite"
#: The model that the page about keywords listens with.
LISTENS = "keywords/keyword_real_stateful.tflite"
#: What is said in its example, by voices of the bundled test set; one is no keyword.
SAID = ("yes", "stop", "house", "left", "go")
_FIRST_VOICE = 10  # from there on five different ones, all understood
#: The model that looks for faces, and scenes of the drawn test set to show it: one face, two, three
#: and none.
LOOKS = "face_models/detector.tflite"
SCENES = (5, 19, 43, 82, 99, 13)
#: The model of faults, which simulated machines it watches, none of which it learned from, and what
#: befalls them.
WATCHES = "machine_models/faults.tflite"
MACHINES = (0, 1, 2)
BEFALLS = ("inner", "outer", "ball", "imbalance", "misalignment")
#: The model of soil moisture, and whose season is played: in which fields, none of which it learned
#: from, in which year, with how much in the battery.
MOISTENS = "field_models/simulated.tflite"
SITES, YEAR, PROBE_VOLTS = (26, 1, 5), 2020, 3.6


def example_sound():
    """Words in a faint hiss, one every 1.7 seconds, to hear without a microphone: int16 [n]."""
    _, words = speech.speech_words()
    gap = spotter.signals.SAMPLE_RATE * 17 // 10
    sound = np.random.default_rng(0).integers(-20, 21, gap * len(SAID) + gap // 2)
    for place, word in enumerate(SAID):
        clips = np.flatnonzero(words.words == word)
        audio = words.audio[clips[(_FIRST_VOICE + place) % len(clips)]]
        sound[gap // 3 + place * gap :][: len(audio)] += audio // 3
    return sound.astype(np.int16)


def tables():
    """What a page must know of the format: names of operators and of types, by number."""
    return {"operators": schema.OPERATORS, "types": schema.TENSOR_TYPES}


def board_facts():
    """The boards' memories, and the code that operators bring to a program for each."""
    rows = [
        {
            "id": board.id,
            "name": board.name,
            "flash": board.flash_bytes,
            "ram": board.ram_bytes,
            "firmware": firmware.BOARDS.get(board.id),
            "source": board.ram.source if board.flash_bytes is None else board.flash.source,
        }
        for board in boards.BOARDS.values()
    ]
    return {"boards": rows, "code": code_sizes.table()}


def digits():
    """How strokes become what the model of digits takes, and digits of its test set, 0 to 9."""
    path = DATA / READS
    (takes,) = model_file.read(path.read_bytes()).inputs
    shares = np.arange(17, dtype=np.float32) / 16
    split = datasets.digits()
    return {
        "model": path.stem,
        "side": takes.shape[1],
        "codes": takes.quantize(shares).tolist(),
        "tests": [
            base64_of((16 * split.x_test[split.y_test == digit][0]).astype(np.uint8).tobytes())
            for digit in range(10)
        ],
    }


def keywords():
    """How the spotter listens, and something for it to hear."""
    model = (DATA / LISTENS).read_bytes()
    settings = spotter.usual(model)
    return {
        "model": Path(LISTENS).stem,
        "names": speech.CLASSES,
        "threshold": settings.threshold,
        "settings": base64_of(settings.pack().ljust(c_spotter.GATED_BYTES, b"\0")),
        "hopBytes": c_spotter.HOP.itemsize,
        "hop": {name: place for name, (_, place) in c_spotter.HOP.fields.items()},
        "hopSamples": spotter.signals.HOP,
        "windowSamples": spotter.signals.WINDOW,
        "said": SAID,
        "sound": base64_of(example_sound().astype("<i2").tobytes()),
    }


def scenes():
    """Drawn scenes to look for faces in: uint8 [len(SCENES), height, width]."""
    height, _ = c_looker.check_detector((DATA / LOOKS).read_bytes())
    return drawn_faces.drawn_scenes()[1].take(list(SCENES)).at(height).images


def faces():
    """How the detector looks, and something for it to see."""
    images = scenes()
    return {
        "model": Path(LOOKS).stem,
        "threshold": check_threshold(trained.metrics()["detector"]["threshold"]),
        "most": c_looker.MAX_FACES,
        "side": images.shape[1],
        "stride": c_looker.STRIDE,
        "boxBytes": c_looker.BOX.itemsize,
        "scenes": [base64_of(image.tobytes()) for image in images],
    }


def machines():
    """Machines to watch and their lives, look by look; how the watcher looks at them."""
    return {
        "model": Path(WATCHES).stem,
        "rate": 12_000,
        "lookSamples": vibration.look_samples(12_000),
        "countsPerG": 2**15 / recording.FULL_SCALE_G,
        "sensorNoise": simulated_vibration._SENSOR_NOISE_G,
        "settingsBytes": c_watcher.SETTINGS.itemsize,
        "lookBytes": c_watcher.LOOK.itemsize,
        "look": {name: place for name, (_, place) in c_watcher.LOOK.fields.items()},
        "suspects": c_watcher.SUSPECTS,
        "classes": c_watcher.CLASSES,
        "machines": [_machine(simulated_machines.TEST_MACHINES + place) for place in MACHINES],
    }


def watched(number):
    """How machine `number` is watched: a `watcher.Settings`, as the lesson on machines does."""
    one = simulated_machines.machine(number)
    orders = {name: getattr(one.orders, name) for name in ("inner", "outer", "ball")}
    return watcher.Settings(
        12_000, one.shaft_hz, **orders, learn=64, settle=16, margin=48, average=4, threshold=180
    )


def _machine(number):
    one, settings = simulated_machines.machine(number), watched(number)
    facts = {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in vars(one).items()
    }
    before = simulated_machines.life(number, None, 2, settings.learn + settings.settle)
    return facts | {
        "orders": one.orders._asdict(),
        "settings": base64_of(settings.pack()),
        "before": {"days": (before.days - 2).round(3).tolist(), "loads": _rounded(before.loads)},
        "lives": {fault: _life(number, fault) for fault in (None, *BEFALLS)},
    }


def _life(number, fault):
    life = simulated_machines.life(number, fault, 28, 112, seed=1)
    return {
        "onset": life.onset,
        "days": life.days.round(3).tolist(),
        "loads": _rounded(life.loads),
        "decibels": [one and round(one.decibels, 2) for one in life.faults],
    }


def fields():
    """Fields, their weather in a season, and how their nodes count."""
    return {
        "model": Path(MOISTENS).stem,
        "settings": _places(c_node.SETTINGS),
        "settingsBytes": c_node.SETTINGS.itemsize,
        "hour": {name: place for name, (_, place) in c_node.HOUR.fields.items()},
        "hourBytes": c_node.HOUR.itemsize,
        "mostHours": 24 * 366,
        "alarms": c_node.ALARMS,
        "leads": c_node.LEAD_HOURS,
        "noise": irrigation.NOISE,
        "step": irrigation.STEP,
        "volts": PROBE_VOLTS,
        "fields": [_field(simulated_fields.TEST_SITES + place) for place in SITES],
    }


def _places(dtype):
    """Where numbers lie in the bytes of a record: name -> (place, bytes); those in it, too."""
    found = {}
    for name, (kind, place) in dtype.fields.items():
        inner = _places(kind) if kind.fields else {name: (0, kind.itemsize)}
        found |= {one: (place + start, size) for one, (start, size) in inner.items()}
    return found


def _field(number):
    year = simulated_fields.season(number, YEAR)
    planting = year.site.planting
    crop = simulated_fields.CROPS[planting.crop]
    first = 24 * (planting.day - 1)
    season = slice(first, first + 24 * sum(crop.stages))
    upper = float(year.moisture_5cm[first - 1])  # percent of 100 mm are mm
    whole = float(year.moisture_root[first - 1]) * planting.roots * 10
    return {
        "number": number,
        "crop": crop._asdict() | {"name": planting.crop},
        "soil": year.site.soil._asdict(),
        "roots": planting.roots,
        "upper": upper,
        "lower": whole - upper,
        "start": int(year.times[first].astype(np.int64)),
        "day": planting.day,
        # As the page counts: tenths of mm, of °C, and thousandths of mm.
        "rain": _counted(year.rain[season] * 10),
        "temperature": _counted(year.temperature[season] * 10),
        "et0": _counted(year.et0[season] * 1000),
    }


def _counted(values):
    return base64_of(np.rint(values).astype("<i2").tobytes())


def _rounded(values):
    return np.round(values, 3).tolist()


def example(path, words):
    data = DATA / path
    return {"name": data.stem, "file": data.name, "words": words, "bytes": data.stat().st_size}


def base64_of(data):
    """Bytes as text."""
    return base64.b64encode(data).decode()
