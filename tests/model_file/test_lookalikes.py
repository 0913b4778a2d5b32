"""What people give in place of a .tflite file: the message says what it is and what to do."""

import bz2
import gzip
import io
import lzma
import pickle
import tarfile
import zipfile

import keras
import numpy as np
import pytest
from PIL import Image

from tinyml_helpers import export, micro, model_file
from tinyml_helpers.model_file import ModelFileError, xray
from tinyml_helpers.runtimes import litert

LFS = b"""version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 12345
"""
XXD = b"unsigned char net_tflite[] = {\n  0x1c, 0x00, 0x00, 0x00, 0x54, 0x46, 0x4c, 0x33\n};\n"


def zipped(name):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(name, b"something")
    return buffer.getvalue()


def tarred():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as file:
        file.addfile(tarfile.TarInfo("net.tflite"))
    return buffer.getvalue()


def picture(kind):
    buffer = io.BytesIO()
    Image.new("RGB", (9, 9)).save(buffer, kind)
    return buffer.getvalue()


def saved(write, *values):
    buffer = io.BytesIO()
    write(buffer, *values)
    return buffer.getvalue()


KINDS = {
    "empty": (b"", "an empty file: make or download it again"),
    "zeros": (bytes(5000), "nothing but zeros"),
    "git lfs": (LFS, "a Git LFS pointer.*git lfs pull"),
    "git lfs, windows": (LFS.replace(b"\n", b"\r\n"), "git lfs pull"),
    "zip": (zipped("net.tflite"), r"an archive \(zip\): unpack it"),
    "empty zip": (b"PK\5\6" + bytes(18), r"an archive \(zip\)"),
    "pytorch": (zipped("net/data.pkl"), "a PyTorch model"),
    "npz": (saved(np.savez, np.zeros(3)), r"NumPy arrays \(.npz\)"),
    "npy": (saved(np.save, np.zeros(3)), "a NumPy array"),
    "gzip": (gzip.compress(b"anything"), r"gzip\): unpack it"),
    "tar": (tarred(), r"tar\): unpack it"),
    "png": (picture("PNG"), r"a picture \(PNG\)"),
    "jpeg": (picture("JPEG"), r"a picture \(JPEG\)"),
    "gif": (picture("GIF"), r"a picture \(GIF\)"),
    "bmp": (picture("BMP"), r"a picture \(BMP\)"),
    "tiff": (picture("TIFF"), r"a picture \(TIFF\)"),
    "tiff, of a big-endian computer": (b"MM\0*" + bytes(50), r"a picture \(TIFF\)"),
    "pdf": (b"%PDF-1.7\n" + bytes(50), "a PDF document"),
    "elf": (b"\x7fELF" + bytes(50), "a compiled program"),
    "exe": (b"MZ" + bytes(50), "a program of Windows"),
    "flac": (b"fLaC" + bytes(50), r"a recording \(FLAC\)"),
    "bzip2": (bz2.compress(b"anything"), r"bzip2\): unpack it"),
    "xz": (lzma.compress(b"anything"), r"xz\): unpack it"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(50), r"7z\): unpack it"),
    "rar": (b"Rar!\x1a\x07" + bytes(50), r"RAR\): unpack it"),
    "webp": (picture("WEBP"), r"a picture \(WebP\)"),
    "wav": (b"RIFF\x24\0\0\0WAVEfmt " + bytes(40), "a recording"),
    "c, by xxd": (XXD, "C source: give the .tflite file"),
    "c, alone": (XXD[31:-3], "C source"),
    "c++": (b'#include "model.h"\nalignas(16) const uint8_t net[] = {\n', "C source"),
    "c, windows": (b"\xef\xbb\xbf" + XXD.replace(b"\n", b"\r\n"), "C source"),
    "web page": (
        b"\n<!DOCTYPE html>\n<html lang=en><title>net.tflite</title>",
        'its "raw" address',
    ),
    "web page, commented": (b"<!-- saved -->\n<html>", "a web page"),
    "json": (b'{"a": 1}', "JSON"),
    "json, indented": (b'\n  {"a": 1}', "JSON"),
    "text, laid out": (b"a\tb\r\n\fc", "but text$"),
    "text, long": (b"word " * 5000, "but text$"),
    "text": ("größer als nichts".encode(), "but text$"),
    "text, cut in a letter": (("ö" * 5000).encode()[:-1], "but text$"),
    "pickle": (pickle.dumps({"a": 1}), "pickle"),
    "onnx": (b"\x08\x08\x12\x07pytorch\x1a\x052.1.0" + bytes(50), "ONNX"),
    "saved model": (b"\x08\x01\x12\xa0\x01" + bytes(50), "from_saved_model"),
    "executorch": (b"\x30\0\0\0ET12" + bytes(50), "ExecuTorch"),
}


def refusal(data):
    with pytest.raises(ModelFileError) as caught:
        model_file.read(data)
    message = str(caught.value)
    assert "\n" not in message and len(message) < 200 and "TFL3" not in message
    assert message.startswith("these bytes are no sound .tflite file, but ")
    return message


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_model_is_called_by_its_name(kind):
    data, says = KINDS[kind]
    with pytest.raises(ModelFileError, match=says) as caught:
        model_file.read(data)
    assert str(caught.value) == refusal(data)


@pytest.mark.parametrize("ending", ["keras", "h5", "weights.h5"])
def test_files_of_keras(tmp_path, ending):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    file = tmp_path / f"net.{ending}"
    (model.save_weights if "weights" in ending else model.save)(file)
    message = refusal(file.read_bytes())
    assert "keras.models.load_model" in message and "compress.quantize" in message


def test_an_exported_c_array_tells_the_way_back(int8_model, tmp_path):
    c_array = export.c_array(int8_model, "net", tmp_path)
    for path in (c_array.source, c_array.header):
        assert "export.read_back" in refusal(path.read_bytes())
    assert export.read_back(c_array.source) == int8_model


def test_all_that_read_models_say_the_same():
    x = np.zeros((1, 2), np.float32)
    for read in (micro.Interpreter, xray.parts, lambda data: litert.predict(data, x)):
        with pytest.raises(ModelFileError, match="git lfs pull"):
            read(LFS)
        with pytest.raises(ModelFileError, match="not a str: Path"):
            read("net.tflite")


def test_other_things_than_bytes(tmp_path):
    with pytest.raises(ModelFileError, match=r"Path\(file\).read_bytes"):
        model_file.read(tmp_path / "net.tflite")
    with pytest.raises(ModelFileError, match=r"compress\.quantize"):
        model_file.read(keras.Sequential())


def test_what_nobody_knows_and_what_is_damaged_is_said_as_the_reader_found_it(int8_model):
    with pytest.raises(ModelFileError, match="bytes 4 to 7 are not 'TFL3'"):
        model_file.read(bytes(range(128, 256)))
    for no_text in (b"a\0b", b"a\x1bb"):
        with pytest.raises(ModelFileError, match="bytes 4 to 7"):
            model_file.read(no_text)
    with pytest.raises(ModelFileError, match="past the end"):
        model_file.read(int8_model[: len(int8_model) // 2])
