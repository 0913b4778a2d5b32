"""Checks for the lesson On your desk."""

import zlib

import numpy as np

from tinyml_helpers.checks import Wrong, exercise
from tinyml_helpers.checks.answers.hints import near, refuse
from tinyml_helpers.checks.answers.kinds import BYTES, NUMBER, WHOLE, function
from tinyml_helpers.firmware import protocol
from tinyml_helpers.firmware.uf2 import boot2_crc as boot2_crc_of

#: Milliseconds after which even the most patient program should have begun.
_AN_HOUR = 3_600_000
_POLYNOMIAL = 0x04C11DB7


@exercise(
    1,
    function(WHOLE),
    why="If one bit of these 252 bytes is wrong, the sum is another one, and the boot ROM takes "
    "the flash for empty: the Pico shows up as a drive and waits for a file. You can't brick it",
)
def boot2_crc(answer):
    """CRC-32/MPEG-2 of the second stage boot loader."""
    random = np.random.default_rng(10)
    # Short ones first: they can be followed by hand.
    for code in (b"\x80", b"\x01\x00", b"\x00\x00\x01", random.bytes(252)):
        given, right = answer(code), boot2_crc_of(code)
        if given == right:
            continue
        ways = {
            "that is the CRC-32 of zlib, of our frames and of Ethernet, which takes the lowest bit "
            "of a byte first; the boot ROM takes the highest first": zlib.crc32(code),
            "it starts with all 32 bits set, not with 0": _crc(code, start=0),
            "nothing is done to it at the end: no bits are turned": right ^ 0xFFFFFFFF,
            "keep 32 bits: what is shifted out is gone": _crc(code, keeps=False),
        }
        shown = code.hex(" ") if len(code) < 8 else f"{len(code)} bytes"
        said = f"of {shown} the CRC is {right:08x} in hexadecimal, and you give {given:08x}"
        hint = next((hint for hint, value in ways.items() if given == value), None)
        raise Wrong(f"{said}. Hint: {hint or 'is each byte put in at the highest eight bits?'}")


def _crc(data, start=0xFFFFFFFF, keeps=True):
    """A CRC as `boot2_crc` or with a slip: another start, or bits that are never cut off."""
    crc = start
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = crc << 1 ^ (_POLYNOMIAL if crc >> 31 & 1 else 0)
            crc &= 0xFFFFFFFF if keeps else crc
    return crc


@exercise(
    2,
    function(BYTES),
    why="You speak the board's language. Any program that can write bytes to a port can do what "
    "`link` does, in whatever language",
)
def frame(answer):
    """A frame of protocol.h."""
    payloads = (b"", b"hello", b"\xc0\xdb\xc0", bytes(range(64)))
    for kind, number, payload in zip((2, 1, 1, 1), (0, 7, 255, 192), payloads, strict=True):
        given, right = answer(kind, number, payload), protocol.frame(kind, number, payload)
        if given == right:
            continue
        name = f"frame({kind}, {number}, {_short(payload)})"
        raise Wrong(f"{name} should be {len(right)} bytes. Hint: {_slip(given, right)}")


def _short(payload):
    return repr(payload) if len(payload) < 12 else f"{len(payload)} bytes"


def _slip(given, right):
    """What is wrong with a frame."""
    plain = _unescaped(right[1:-1])
    end, escape = protocol.END, protocol.ESCAPE
    if not (given.startswith(end) and given.endswith(end)) or len(given) < 2:
        return "it begins with an END, the byte c0, and ends with one"
    inside = given[1:-1]
    if inside == plain:
        return "inside, an END is written as db dc, and an ESCAPE, db, as db dd"
    if end in inside:
        return "an END inside the message would be taken for its end: write it as db dc"
    if escape in plain and len(inside) > len(right) - 2:
        return "replace the ESCAPEs first, then the ENDs, or you replace what you have just written"
    message = _unescaped(inside)
    if len(message) != len(plain):
        return (
            "type (1 byte), number (1), length of the payload (4), payload, CRC-32 (4): that makes "
            f"{len(plain)} bytes, and yours are {len(message)}"
        )
    if message[:2] != plain[:2]:
        return "the message begins with its type, then comes its number"
    if message[2:6] == plain[2:6][::-1] != plain[2:6]:
        return "numbers of more than a byte have their lowest byte first"
    if message[2:6] != plain[2:6]:
        return "the length is that of the payload alone"
    if message[-4:] == plain[-4:][::-1]:
        return "the CRC, too, has its lowest byte first"
    if message[-4:] == zlib.crc32(plain[6:-4]).to_bytes(4, "little"):
        return "the CRC is of the whole message before it: type, number and length, too"
    if message[6:-4] != plain[6:-4]:
        return "after the length comes the payload as it is"
    return "the CRC is zlib's crc32 of all before it, before anything is escaped"


def _unescaped(data):
    pairs = ((b"\xdb\xdc", b"\xc0"), (b"\xdb\xdd", b"\xdb"))
    for pair, byte in pairs:
        data = data.replace(pair, byte)
    return data


@exercise(
    3,
    function(NUMBER),
    why="Some of an inference is the same however large the model is, and the rest grows with its "
    "work. Two measurements give both, and the third tells whether you understood your board",
)
def predicted_ms(answer):
    """Milliseconds of a model, by a line through two measurements."""
    for fixed, each, first, second, asked in (
        (0.25, 3e-5, 20_000, 90_000, 150_000),
        (1.5, 6e-5, 2_660_000, 400_000, 7_160_000),
    ):
        runs = [(macs, fixed + each * macs) for macs in (first, second)]
        given, right = answer(asked, runs), fixed + each * asked
        if near(given, right):
            continue
        (_, ms), (_, other_ms) = runs
        ways = {
            "a model without any work would take no time by yours: some of it is always there": ms
            * asked
            / first,
            "that is what the work takes; the part that is always there comes on top": each * asked,
            "from the second measurement on, only the further work counts": other_ms + each * asked,
        }
        said = f"for {asked:,} MACs after {_runs(runs)} you give {given:.4g} ms"
        refuse(said, given, ways, "two points, one line: its slope is milliseconds for each MAC")


def _runs(runs):
    return " and ".join(f"{macs:,} in {ms:.4g} ms" for macs, ms in runs)


@exercise(
    4,
    function(NUMBER),
    why="The board, its regulator and its light draw current all the time. What a model costs is "
    "what comes on top, and a cheap meter sees it if the board works often enough",
)
def millijoules_each(answer):
    """What one inference costs, from a USB meter's two readings."""
    for volts, idle, busy, a_second in ((5.0, 0.021, 0.0252, 20), (5.1, 0.0234, 0.0311, 4.5)):
        given = answer(volts, idle, busy, a_second)
        if near(given, 1000 * volts * (busy - idle) / a_second):
            continue
        ways = {
            "that is joules: how many thousandths?": volts * (busy - idle) / a_second,
            "the board draws the idle current without any inference": 1000
            * volts
            * busy
            / a_second,
            "that is a whole second's; how many inferences were in it?": 1000
            * volts
            * (busy - idle),
            "more inferences a second for the same current: each is cheaper": 1000
            * volts
            * (busy - idle)
            * a_second,
            "a current alone is no power: times the voltage": 1000 * (busy - idle) / a_second,
        }
        said = f"at {volts} V, {idle} A idle and {busy} A with {a_second} a second: {given:.4g} mJ"
        refuse(
            said, given, ways, "power is volts times amperes, and a joule is a watt for a second"
        )


@exercise(
    5,
    function(WHOLE),
    why="A board that waits for a computer is a board that does nothing in the field. It should "
    "wait for the port as long as somebody may need to open it, and then get on with its work",
)
def begins_at(answer):
    """The millisecond at which a program begins that waits for its port at most 3 s."""
    for opens in (0, 1, 740, 2999, 3001, 20_000, None):
        given = answer(_port(opens))
        right = 3000 if opens is None else min(opens, 3000)
        if given == right:
            continue
        when = "never opens" if opens is None else f"opens after {opens:,} ms"
        said = f"if the port {when}, your program begins after {given:,} ms"
        if opens is not None and opens < 3000 and given == 3000:
            raise Wrong(f"{said}: as soon as the port is open there is nothing to wait for")
        if opens is not None and given == opens:
            raise Wrong(f"{said}: 3 s are enough, whether somebody comes or not")
        raise Wrong(f"{said}, and it should be {right:,}")


def _port(opens):
    """Whether the port is open, as a function of milliseconds."""

    def is_open(ms):
        if ms > _AN_HOUR:
            raise Wrong(
                "nobody opens the port, and an hour later your program still waits. On a battery "
                "it would wait until that is empty"
            )
        return opens is not None and ms >= opens

    return is_open
