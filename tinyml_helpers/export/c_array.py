"""From a model to C: an array a firmware project compiles in."""

import hashlib
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

from tinyml_helpers import model_file
from tinyml_helpers.export.names import identifier
from tinyml_helpers.files import write_whole

_BYTES_A_LINE = 16

_HEADER = """\
/* {name}: a TensorFlow Lite model of {count} bytes.

{facts}

   SHA-256 of the model: {sha256}
*/
#ifndef {guard}
#define {guard}

#include <stddef.h>

#ifdef __cplusplus
extern "C" {{
#endif

extern const unsigned char {name}[{count}]; /* aligned to 16 bytes: TFLM reads it in place */
extern const size_t {name}_len;

#ifdef __cplusplus
}}
#endif

#endif
"""

_SOURCE = """\
/* The model {name}.h tells about. */
#include "{name}.h"

/* How to align to 16 bytes differs from compiler to compiler; define this for one not listed. */
#ifndef TINYML_ALIGN_16
#if defined(_MSC_VER)
#define TINYML_ALIGN_16 __declspec(align(16))
#elif defined(__GNUC__) || defined(__clang__)
#define TINYML_ALIGN_16 __attribute__((aligned(16)))
#elif defined(__cplusplus) && __cplusplus >= 201103L
#define TINYML_ALIGN_16 alignas(16)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define TINYML_ALIGN_16 _Alignas(16)
#else
#error "define TINYML_ALIGN_16 as what makes this compiler align a variable to 16 bytes"
#endif
#endif

const size_t {name}_len = {count};

TINYML_ALIGN_16 const unsigned char {name}[{count}] = {{
{rows}
}};
"""


@dataclass(frozen=True)
class CArray:
    """A model written as C.

    Attributes:
        header: path of the .h file.
        source: path of the .c file.
        name: of the array; `name_len` is its length.
    """

    header: Path
    source: Path
    name: str


def c_array(tflite_bytes, name, folder):
    """Write a model as a C array: `name.h` and `name.c`, for any C99 or C++ compiler.

    The header's comment says what firmware must know: shapes, scales, zero points, operators.

    Args:
        tflite_bytes: the model.
        name: of the array and the files. Letters lose their accents, and what then isn't a
            letter of C, a digit or "_" becomes "_" ("my model-v2" → my_model_v2, "größe" →
            gro_e); a name that begins with a digit gets "model_" before it. One that C, C++, a
            system, Arduino or TensorFlow Lite has taken gets "_model" after it, and so does one
            that ends in "_len", which is another array's length.
        folder: where to write; made if missing. Files of the same names are replaced, each in one
            step.

    Returns:
        A `CArray`, with the name as it became.

    Raises:
        model_file.ModelFileError: the bytes are no sound model.
        ValueError: nothing of the name can be used, it is too long, or folder is no folder.
        OSError: the files can't be written.
    """
    model = model_file.read(tflite_bytes)
    data = bytes(tflite_bytes)
    name = identifier(name)
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file, and a folder is needed to write {name}.c into")
    folder.mkdir(parents=True, exist_ok=True)
    c_array = CArray(folder / f"{name}.h", folder / f"{name}.c", name)
    header = _HEADER.format(
        name=name,
        guard=f"MODEL_{name}_H",
        count=len(data),
        facts=_facts(model),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    rows = (data[start : start + _BYTES_A_LINE] for start in range(0, len(data), _BYTES_A_LINE))
    source = _SOURCE.format(
        name=name,
        count=len(data),
        rows=",\n".join(",".join(f"0x{byte:02x}" for byte in row) for row in rows),
    )
    write_whole(c_array.source, source)
    write_whole(c_array.header, header)
    return c_array


def read_back(source):
    """Read the bytes of the array in a .c file that `c_array` wrote.

    Args:
        source: path of the file.

    Returns:
        The model's bytes.

    Raises:
        ValueError: there is no such array in it, or it has another length than it says.
    """
    text = Path(source).read_text(encoding="utf-8")
    found = re.search(r"const unsigned char \w+\[(\d+)\] = \{([\s0-9a-fx,]*)\};", text)
    data = bytes(int(byte, 16) for byte in found[2].split(",")) if found else b""
    if not found or len(data) != int(found[1]):
        raise ValueError(f"{source} holds no whole model array: export it again")
    return data


def _facts(model):
    """What firmware must know about a model, as lines of a comment."""
    lines = []
    for role, tensors in (("input", model.inputs), ("output", model.outputs)):
        for place, tensor in enumerate(tensors):
            shape = ", ".join(map(str, tensor.shape))
            lines.append(f"{role} {place}: {tensor.dtype} [{shape}], {tensor.byte_count} bytes")
            if len(tensor.scale) == 1:
                lines[-1] += f", scale {tensor.scale[0]!s}, zero point {tensor.zero_point[0]}"
    lines.append("real number = scale * (code - zero point)")
    lines.append(f"operators: {', '.join(model.operator_names)}")
    lines.append(f"weights: {model.weight_bytes} bytes; multiply-accumulates: {model.macs}")
    safe = (_comment_text(line) for line in lines)
    return "\n".join(
        textwrap.fill(line, 96, initial_indent="   ", subsequent_indent="     ") for line in safe
    )


def _comment_text(text):
    """Text that can't end a comment or begin one, whatever a file calls its operators."""
    return re.sub(r"[^A-Za-z0-9 _.,:;()\[\]=+*-]", "_", text)
