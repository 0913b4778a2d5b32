import pytest
from exercise_runner import Exercise, prove

from tinyml_helpers.checks import on_your_desk as check

LINE = """
def predicted_ms(macs, runs):
    (first, ms), (second, other) = runs
    each = (other - ms) / (second - first)
    return {}
"""
CRC = """
def boot2_crc(code):
    crc = {start}
    for byte in code:
        crc ^= byte << 24
        for _ in range(8):
            crc = ((crc << 1) ^ (0x04C11DB7 if crc >> 31 & 1 else 0)){cut}
    return crc{end}
"""
CUT = " & 0xFFFFFFFF"
BEGIN = """
def begins_at(is_open):
    ms = 0
    while {}:
        ms += 1
    return ms
"""
FRAME = """
import zlib

def frame(kind, number, payload):
    message = bytes([kind, number]) + {length} + payload
    message += zlib.crc32({of}).to_bytes(4, "{order}")
    message = message{escaped}
    return {whole}
"""
RIGHT = {
    "length": 'len(payload).to_bytes(4, "little")',
    "of": "message",
    "order": "little",
    "escaped": r'.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc")',
    "whole": r'b"\xc0" + message + b"\xc0"',
}
ENERGY = "millijoules_each = lambda volts, idle, busy, a_second: {}"


def frame(**slip):
    return FRAME.format(**RIGHT | slip)


EXERCISES = [
    Exercise(
        "on_your_desk/1_boot2_crc",
        check.boot2_crc,
        wrong={
            "import zlib\nboot2_crc = lambda code: zlib.crc32(code)": "zlib",
            CRC.format(start=0, cut=CUT, end=""): "all 32 bits set",
            CRC.format(start="0xFFFFFFFF", cut=CUT, end=" ^ 0xFFFFFFFF"): "no bits are turned",
            CRC.format(start="0xFFFFFFFF", cut="", end=""): "32 bits",
            "boot2_crc = lambda code: sum(code)": "highest eight bits",
        },
    ),
    Exercise(
        "on_your_desk/2_frame",
        check.frame,
        wrong={
            frame(whole="message"): "begins with an END",
            frame(escaped=""): "written as db dc",
            frame(
                escaped=r'.replace(b"\xc0", b"\xdb\xdc").replace(b"\xdb", b"\xdb\xdd")'
            ): "ESCAPEs first",
            frame(escaped=r'.replace(b"\xdb", b"\xdb\xdd")'): "taken for its end",
            frame(length='len(payload).to_bytes(4, "big")'): "lowest byte first",
            frame(length='(len(payload) + 6).to_bytes(4, "little")'): "payload alone",
            frame(length="bytes([len(payload)])"): "and yours are",
            frame(order="big"): "the CRC, too",
            frame(of="payload"): "type, number and length, too",
            frame(of="message + b'0'"): "zlib's crc32",
        },
    ),
    Exercise(
        "on_your_desk/3_predicted_ms",
        check.predicted_ms,
        wrong={
            LINE.format("ms * macs / first"): "always there",
            LINE.format("each * macs"): "comes on top",
            LINE.format("other + each * macs"): "further work",
            LINE.format("ms"): "slope",
        },
    ),
    Exercise(
        "on_your_desk/4_millijoules_each",
        check.millijoules_each,
        wrong={
            ENERGY.format("volts * (busy - idle) / a_second"): "thousandths",
            ENERGY.format("1000 * volts * busy / a_second"): "without any inference",
            ENERGY.format("1000 * volts * (busy - idle)"): "how many inferences",
            ENERGY.format("1000 * volts * (busy - idle) * a_second"): "cheaper",
            ENERGY.format("1000 * (busy - idle) / a_second"): "times the voltage",
        },
    ),
    Exercise(
        "on_your_desk/5_begins_at",
        check.begins_at,
        wrong={
            BEGIN.format("not is_open(ms)"): "whether somebody comes",
            "begins_at = lambda is_open: 3000": "nothing to wait for",
            BEGIN.format("ms < 3000"): "nothing to wait for",
            BEGIN.format("True and is_open(ms) is not None"): "still waits",
        },
    ),
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=str)
def test_blank_right_and_wrong_are_told_apart(exercise):
    prove(exercise)
