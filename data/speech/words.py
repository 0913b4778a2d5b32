"""The words, and how they are pronounced: phones as flite and Festival write American English."""

#: The ten keywords, with the ways people say them.
KEYWORDS = {
    "yes": ["y eh s", "y eh s", "y ae s"],
    "no": ["n ow", "n ow", "n ax uw"],
    "up": ["ah p"],
    "down": ["d aw n", "d aw n", "d ae uw n"],
    "left": ["l eh f t"],
    "right": ["r ay t"],
    "on": ["aa n", "ao n"],
    "off": ["ao f", "aa f"],
    "stop": ["s t aa p"],
    "go": ["g ow", "g ow", "g ax uw"],
}

#: The other 25 words of Speech Commands.
FIELD_UNKNOWN = {
    "backward": "b ae k w er d", "bed": "b eh d", "bird": "b er d", "cat": "k ae t",
    "dog": "d ao g", "eight": "ey t", "five": "f ay v", "follow": "f aa l ow",
    "forward": "f ao r w er d", "four": "f ao r", "happy": "hh ae p iy", "house": "hh aw s",
    "learn": "l er n", "marvin": "m aa r v ih n", "nine": "n ay n", "one": "w ah n",
    "seven": "s eh v ax n", "sheila": "sh iy l ax", "six": "s ih k s", "three": "th r iy",
    "tree": "t r iy", "two": "t uw", "visual": "v ih zh ax w ax l", "wow": "w aw",
    "zero": "z ih r ow",
}  # fmt: skip

#: More words, some of them close to a keyword; none sounds like one.
MORE_UNKNOWN = {
    "apple": "ae p ax l", "big": "b ih g", "cup": "k ah p", "done": "d ah n", "fish": "f ih sh",
    "garden": "g aa r d ax n", "hello": "hh ax l ow", "hot": "hh aa t", "kitchen": "k ih ch ax n",
    "light": "l ay t", "little": "l ih t ax l", "low": "l ow", "men": "m eh n",
    "monday": "m ah n d ey", "music": "m y uw z ih k", "night": "n ay t", "now": "n aw",
    "okay": "ow k ey", "open": "ow p ax n", "out": "aw t", "paper": "p ey p er", "play": "p l ey",
    "please": "p l iy z", "red": "r eh d", "song": "s ao ng", "start": "s t aa r t",
    "step": "s t eh p", "sure": "sh uh r", "table": "t ey b ax l", "thanks": "th ae ng k s",
    "turn": "t er n", "water": "w ao t er", "window": "w ih n d ow", "yellow": "y eh l ow",
}  # fmt: skip

UNKNOWN = FIELD_UNKNOWN | MORE_UNKNOWN

#: How long a phone lasts in a word said alone, in seconds.
_LONG = {"aw", "ay", "ey", "ow", "oy", "iy", "uw", "er", "ao", "aa", "ae"}
_SHORT = {"ah", "ax", "eh", "ih", "uh"}
_HISS = {"s", "sh", "f", "th", "z", "zh", "v", "ch", "jh", "hh"}


def seconds(phones, random):
    """How long each of `phones` (a list) lasts, varied with the numpy Generator `random`."""
    tempo = random.uniform(0.8, 1.4)
    lengths = []
    for place, phone in enumerate(phones):
        if phone in _LONG:
            length = 0.19
        elif phone in _SHORT:
            length = 0.07 if phone == "ax" else 0.13
        else:
            length = 0.12 if phone in _HISS else 0.075
        if place == len(phones) - 1:
            length *= 1.35
        elif len(phones) > 5:
            length *= 0.75
        lengths.append(length * tempo * random.uniform(0.75, 1.3))
    return lengths


def pitches(phones, pitch, random):
    """The pitch in Hz at each of `phones`, about `pitch`: mostly falling, sometimes rising."""
    start, end = pitch * random.uniform(0.95, 1.3), pitch * random.uniform(0.65, 1.25)
    steps = len(phones)
    return [start + (end - start) * (step + 0.5) / steps for step in range(steps)]
