"""Values of a student's program, carried to the grader as text that can do nothing.

Nothing is unpickled on the grader's side: what comes is JSON with a tag at each value, and becomes
numbers, texts, bytes, lists, dictionaries and NumPy arrays of numbers. Any other object arrives as
the name of its class, which is all that feedback says of it. The words of a network's layers, from
`networks`, are plain as well.
"""

import base64
import collections
import math
import numbers
import re

import numpy as np

#: How deep lists may lie in one another, and how many values a message may have. The largest array
#: that a check takes has a million numbers.
_DEEPEST, _MOST_VALUES = 16, 1_100_000

#: Bits of a whole number: more than any that a check's feedback writes out.
_MOST_BITS = 40_000

_KINDS_OF_NUMBERS = "biufc"


class Nonsense(Exception):  # noqa: N818 - a finding about another process
    """What came is no value that `packed` makes."""


def packed(value, depth=_DEEPEST):
    """A value as lists, texts and numbers that JSON can hold.

    Args:
        value: any object.

    Returns:
        A list: a tag, then what belongs to it. Objects are ["object", the class's name], and those
        that NumPy can turn into numbers have them as a third.
    """
    if value is None or value is ...:
        return ["none" if value is None else "ellipsis"]
    if isinstance(value, bool | np.bool_):
        return ["bool", bool(value)]
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, numbers.Integral):
        whole = int(value)
        return ["int", hex(whole)] if whole.bit_length() <= _MOST_BITS else _object(value)
    if isinstance(value, numbers.Real):
        return ["float", float(value).hex()]
    if isinstance(value, complex):
        return ["complex"]
    if isinstance(value, str):
        return ["str", str(value).encode("utf-8", "surrogatepass").hex()]
    if isinstance(value, bytes | bytearray):
        return ["bytes", base64.b64encode(bytes(value)).decode()]
    if isinstance(value, range):
        return ["range", *map(hex, (value.start, value.stop, value.step))]
    for tag, kind in (("list", list), ("tuple", tuple), ("dict", dict)):
        if isinstance(value, kind) and depth and len(value) < _MOST_VALUES:
            parts = [part for pair in value.items() for part in pair] if kind is dict else value
            return [tag, [packed(part, depth - 1) for part in list(parts)]]
    return _object(value)


def unpacked(message, depth=_DEEPEST):
    """The value that a message stands for.

    Args:
        message: what `json.loads` gave.

    Returns:
        The value; an object of another class has that class's name and nothing else.

    Raises:
        Nonsense: it stands for none.
    """
    try:
        return _unpacked(message, depth)
    except (TypeError, ValueError, KeyError, IndexError, OverflowError, MemoryError) as error:
        raise Nonsense(f"{error}") from None


def named(name, fields, values):
    """A named tuple of a check's, made anew where there are no checks."""
    return collections.namedtuple(name, fields)(*values)


def _unpacked(message, depth):
    tag, *rest = message
    if depth < 0:
        raise Nonsense("it lies too deep")
    if tag in _SIMPLE:
        return _SIMPLE[tag](*rest)
    (parts,) = rest
    parts = [_unpacked(part, depth - 1) for part in parts]
    if tag == "list":
        return parts
    if tag == "tuple":
        return tuple(parts)
    if tag == "dict":
        return dict(zip(parts[::2], parts[1::2], strict=True))
    raise Nonsense(f"no value is tagged {tag!r}"[:80])


def _array(value):
    value = np.asarray(value)
    if value.dtype.kind not in _KINDS_OF_NUMBERS or value.size > _MOST_VALUES:
        return ["odd array", value.dtype.kind, [min(size, 2**40) for size in value.shape]]
    little = value.astype(value.dtype.newbyteorder("<"), copy=False)
    data = base64.b64encode(little.tobytes()).decode()
    return ["array", little.dtype.str, list(value.shape), data]


def _object(value):
    """The name of a value's class, and its numbers where NumPy finds some."""
    name = type(value).__name__
    if hasattr(type(value), "__array__"):
        try:
            found = np.asarray(value)
        except Exception:  # a student's class may do anything when it is asked
            return ["object", name]
        if type(found) is np.ndarray and found.dtype.kind in _KINDS_OF_NUMBERS:
            return ["object", name, _array(found)]
    return ["object", name]


def _made_array(kind, shape, data):
    dtype = np.dtype(kind)
    if dtype.kind not in _KINDS_OF_NUMBERS or len(shape) > 32 or min(shape, default=0) < 0:
        raise Nonsense("no array of numbers")
    given = base64.b64decode(data, validate=True)
    if math.prod(shape) * dtype.itemsize != len(given):
        raise Nonsense("an array of another size than its data")
    return np.frombuffer(given, dtype).reshape(shape).astype(dtype.newbyteorder("="))


def _made_odd_array(kind, shape):
    """Stands for an array that no check takes, without its contents."""
    one = {"U": "x", "S": b"x", "O": None}.get(kind)
    if len(shape) > 32:
        raise Nonsense("no array")
    if one is None and kind in _KINDS_OF_NUMBERS:  # too many numbers: as many, in no memory
        return np.broadcast_to(np.float64(0), shape)
    return np.broadcast_to(np.array(one, dtype=None if one else object), shape)


def _made_object(name, array=None):
    members = {}
    if array is not None:
        tag, *parts = array
        if tag != "array":
            raise Nonsense("numbers of an object that are none")
        numbers_of_it = _made_array(*parts)
        members["__array__"] = lambda self, dtype=None, copy=None: np.array(numbers_of_it, dtype)
    return type(re.sub(r"\W", "_", name)[:60], (), members)()


def _whole(text):
    if len(text) > _MOST_BITS:
        raise Nonsense("a number that is too long")
    return int(text, 16)


_SIMPLE = {
    "none": lambda: None,
    "ellipsis": lambda: ...,
    "bool": lambda one: one is True,
    "int": _whole,
    "float": float.fromhex,
    "complex": lambda: 1j,
    "str": lambda text: bytes.fromhex(text).decode("utf-8", "surrogatepass"),
    "bytes": lambda text: base64.b64decode(text, validate=True),
    "range": lambda *of: range(*map(_whole, of)),
    "array": _made_array,
    "odd array": _made_odd_array,
    "object": _made_object,
}
