"""A model as a C array: compiled by real compilers, read back, whatever its name."""

import ctypes
import hashlib
import sys

import numpy as np
import pytest

from tinyml_helpers import export, model_file
from tinyml_helpers.runtimes import tflm


@pytest.fixture
def read_compiled(compile_c, tmp_path):
    """A function that compiles a C array, loads it, and gives the bytes and their address."""
    if not sys.platform.startswith("linux"):
        pytest.skip("how to load what was just compiled is only known here for Linux")

    def read(c_array, compiler="zig cc"):
        library = tmp_path / f"{c_array.name}-{compiler.replace(' ', '-')}.so"
        compile_c(compiler, "-shared", "-fPIC", "-nostdlib", c_array.source, "-o", library)
        loaded = ctypes.CDLL(str(library))
        length = ctypes.c_size_t.in_dll(loaded, f"{c_array.name}_len").value
        array = (ctypes.c_ubyte * length).in_dll(loaded, c_array.name)
        return bytes(array), ctypes.addressof(array)

    return read


def with_windows_line_endings(c_array):
    for path in (c_array.header, c_array.source):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


@pytest.mark.parametrize("compiler", ["zig cc", "zig c++", "gcc", "g++"])
@pytest.mark.parametrize("line_endings", ["unix", "windows"])
def test_compiled_bytes_are_the_models(int8_model, tmp_path, read_compiled, compiler, line_endings):
    c_array = export.c_array(int8_model, "net", tmp_path)
    if line_endings == "windows":
        with_windows_line_endings(c_array)
    data, address = read_compiled(c_array, compiler)
    assert data == int8_model
    assert address % 16 == 0
    assert export.read_back(c_array.source) == int8_model


@pytest.mark.parametrize(
    ("compiler", "standard"),
    [
        *(("zig cc", standard) for standard in ("c99", "c11", "c23", "gnu99")),
        *(("zig c++", standard) for standard in ("c++98", "c++11", "c++20", "gnu++17")),
        *(("gcc", standard) for standard in ("c99", "c11")),
        *(("g++", standard) for standard in ("c++98", "c++11", "c++17")),
    ],
)
def test_every_standard_takes_it(int8_model, tmp_path, compile_c, compiler, standard):
    c_array = export.c_array(int8_model, "net", tmp_path)
    compile_c(compiler, f"-std={standard}", "-c", c_array.source, "-o", tmp_path / "net.o")


@pytest.mark.parametrize(
    "target",
    [
        "-target thumb-freestanding-eabihf -mcpu=cortex_m4+vfp4d16sp",
        "-target thumb-freestanding-eabi -mcpu=cortex_m0plus",
        "-target aarch64-linux-musl",
        "-target x86_64-windows-gnu",
    ],
)
def test_the_boards_compilers_take_it(int8_model, tmp_path, compile_c, target):
    c_array = export.c_array(int8_model, "net", tmp_path)
    compile_c("zig cc", *target.split(), "-c", c_array.source, "-o", tmp_path / "net.o")


def test_header_says_what_firmware_must_know(int8_model, tmp_path):
    c_array = export.c_array(int8_model, "net", tmp_path)
    model = model_file.read(int8_model)
    header = c_array.header.read_text(encoding="utf-8")
    assert hashlib.sha256(int8_model).hexdigest() in header
    assert f"a TensorFlow Lite model of {len(int8_model)} bytes" in header
    assert "input 0: int8 [1, 8, 8, 1], 64 bytes" in header
    assert "output 0: int8 [1, 10], 10 bytes" in header
    assert f"scale {model.inputs[0].scale[0]!s}, zero point -128" in header
    assert np.float32(str(model.inputs[0].scale[0])) == model.inputs[0].scale[0]
    assert ", ".join(model.operator_names) in " ".join(header.split())
    assert model.weight_bytes > 0 < model.macs
    work = f"weights: {model.weight_bytes} bytes; multiply-accumulates: {model.macs}"
    assert work in header


def test_a_long_line_of_the_comment_goes_on_in_an_indented_one(tmp_path):
    models = pytest.importorskip("models")
    tensor = {"shape": [10] * 24}
    data = models.pack(models.hand_made(models.OPERATOR["RELU"], [tensor] * 2, [0], [1]))
    lines = export.c_array(data, "net", tmp_path).header.read_text(encoding="utf-8").splitlines()
    first, second = lines[2:4]
    assert first.startswith("   input 0: float32 [10, 10,") and len(first) <= 96
    assert second.startswith("     10, ") and second.endswith(f" 10], 4{'0' * 24} bytes")


def test_text_of_the_model_stays_in_the_comment(tmp_path, read_compiled):
    models = pytest.importorskip("models")
    custom = '*/ #error "out" \n ??/ \\ // /* é'
    data = models.pack(
        models.hand_made(models.OPERATOR["CUSTOM"], [{"shape": [1]}], [0], [0], custom_code=custom)
    )
    assert read_compiled(export.c_array(data, "net", tmp_path))[0] == data


def test_files_are_compact_and_plain(int8_model, tmp_path):
    c_array = export.c_array(int8_model, "net", tmp_path)
    for path in (c_array.header, c_array.source):
        text = path.read_bytes()
        assert b"\r" not in text and text.isascii() and text.endswith(b"\n")
    rows = [
        row.count("0x") for row in c_array.source.read_text("ascii").splitlines() if "0x" in row
    ]
    assert set(rows[:-1]) == {16} and 1 <= rows[-1] <= 16
    assert c_array.source.stat().st_size < 5.1 * len(int8_model) + 1000
    assert c_array.header.name == "net.h" and c_array.source.name == "net.c"


def test_folder_is_made_and_files_are_replaced(int8_model, tiny_models, tmp_path):
    folder = tmp_path / "new" / "folder"
    export.c_array(int8_model, "net", folder)
    c_array = export.c_array(tiny_models["float32"], "net", str(folder))
    assert export.read_back(c_array.source) == tiny_models["float32"]
    assert sorted(path.name for path in folder.iterdir()) == ["net.c", "net.h"]


def test_interrupted_writing_leaves_what_was_there(int8_model, tmp_path, monkeypatch):
    before = export.c_array(int8_model, "net", tmp_path)

    def disk_full(path, target):
        raise OSError("no space left")

    monkeypatch.setattr("pathlib.Path.replace", disk_full)
    with pytest.raises(OSError, match="no space"):
        export.c_array(int8_model[:-1] + b"\1", "net", tmp_path)
    assert export.read_back(before.source) == int8_model
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.c", "net.h"]


def test_bad_input(int8_model, tmp_path):
    with pytest.raises(model_file.ModelFileError):
        export.c_array(b"not a model", "net", tmp_path / "a")
    assert not (tmp_path / "a").exists()
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ValueError, match="is a file"):
        export.c_array(int8_model, "net", file)


def test_read_back_refuses_what_is_cut_short(int8_model, tmp_path):
    c_array = export.c_array(int8_model, "net", tmp_path)
    text = c_array.source.read_text(encoding="utf-8")
    for damaged in ("", text[:2000], text.replace("0x1c,", "", 1)):
        c_array.source.write_text(damaged, encoding="utf-8")
        with pytest.raises(ValueError, match="no whole model array"):
            export.read_back(c_array.source)


def test_tflm_runs_what_was_compiled(int8_model, tmp_path, read_compiled, needs_tflm):
    """The whole road: model, C array, compiler, and TFLM on the compiler's bytes."""
    models = pytest.importorskip("models")
    data, _ = read_compiled(export.c_array(int8_model, "net", tmp_path))
    np.testing.assert_array_equal(
        tflm.predict(data, models.examples(10)), tflm.predict(int8_model, models.examples(10))
    )
