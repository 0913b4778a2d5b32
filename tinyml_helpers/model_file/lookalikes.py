"""What people give in place of a .tflite file: what it is, and what to do with it.

Each kind is known by its first bytes, as its own specification gives them.
"""

import re

#: How much of a file is looked at where it is text.
_START = 4096

#: The first bytes, what a file that begins so is, and what to do.
_BEGINNINGS = (
    (
        b"version https://git-lfs.github.com/spec/",
        "a Git LFS pointer, which stands for the model: run `git lfs pull` where it is from",
    ),
    (
        b"\x89HDF\r\n\x1a\n",
        "an HDF5 file (.h5), in which Keras keeps models: read it with keras.models.load_model, "
        "then convert it with compress.quantize",
    ),
    (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"BM", "a picture (BMP)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"%PDF-", "a PDF document"),
    (b"\x93NUMPY", "a NumPy array (.npy)"),
    (b"\x7fELF", "a compiled program or library (ELF)"),
    (b"MZ", "a program of Windows"),
    (b"fLaC", "a recording (FLAC)"),
    (b"\x1f\x8b", "a compressed file (gzip): unpack it, and give the .tflite file that is in it"),
    (b"BZh", "a compressed file (bzip2): unpack it, and give the .tflite file that is in it"),
    (b"\xfd7zXZ\0", "a compressed file (xz): unpack it, and give the .tflite file that is in it"),
    (b"7z\xbc\xaf'\x1c", "an archive (7z): unpack it, and give the .tflite file that is in it"),
    (b"Rar!", "an archive (RAR): unpack it, and give the .tflite file that is in it"),
    (
        b"\x08\x01\x12",
        "a TensorFlow SavedModel (.pb), it seems: convert its folder with "
        "tf.lite.TFLiteConverter.from_saved_model",
    ),
)
_ONNX = re.compile(rb"\x08[\x03-\x1f][\x12\x3a]")
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_WEB_PAGE = re.compile(r"\s*(<!--.*?-->\s*)?<(!doctype\s+html|html)\b", re.I | re.S)
_C_ARRAY = re.compile(
    r"\bchar\b[^;{]*\[|\bu?int8_t\b[^;{]*\[|^\s*#\s*(include|ifndef|pragma)\b", re.M
)
_BYTES_IN_HEX = re.compile(r"\s*(0x[0-9a-fA-F]{1,2}\s*,\s*){4}")


def what_it_is(data):
    """What bytes that aren't a .tflite file are, and what to do.

    Args:
        data: bytes.

    Returns:
        The end of a sentence that begins "these bytes are", or None where nobody knows.
    """
    if not data:
        return "an empty file: make or download it again"
    if not data.strip(b"\0"):
        return "nothing but zeros: its copying or downloading broke off, so fetch it again"
    for beginning, what in _BEGINNINGS:
        if data.startswith(beginning):
            return what
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return _zip(data)
    if data.startswith(b"RIFF") and data[8:12] in (b"WAVE", b"WEBP"):
        return "a recording (WAV)" if data[8:12] == b"WAVE" else "a picture (WebP)"
    if data[257:262] == b"ustar":
        return "an archive (tar): unpack it, and give the .tflite file that is in it"
    if _PICKLE.match(data):
        return "a Python object (pickle), of scikit-learn or PyTorch perhaps"
    if _ONNX.match(data):
        return "a model in ONNX's format, it seems: convert it to .tflite with a tool of its own"
    if data[4:8] == b"ET12":
        return "a program for ExecuTorch (.pte)"
    return _text(data)


def _zip(data):
    """A zip archive by the names that stand in it, which it keeps uncompressed."""
    if b"model.weights.h5" in data or (b"config.json" in data and b"metadata.json" in data):
        return (
            "a Keras model (.keras): read it with keras.models.load_model, then convert it with "
            "compress.quantize"
        )
    if b"/data.pkl" in data:
        return "a PyTorch model (.pt): convert it to .tflite with a tool of its own"
    if b".npy" in data:
        return "NumPy arrays (.npz)"
    return "an archive (zip): unpack it, and give the .tflite file that is in it"


def _text(data):
    try:
        # A cut in the midst of a character at the end is no reason to call it binary.
        text = data[:_START].decode(
            "utf-8-sig", errors="strict" if len(data) <= _START else "ignore"
        )
    except UnicodeDecodeError:
        return None
    if any(letter < " " and letter not in "\t\n\r\f" for letter in text):
        return None
    if _WEB_PAGE.match(text):
        return 'a web page: download the file itself (on GitHub, its "raw" address)'
    if _C_ARRAY.search(text) or _BYTES_IN_HEX.match(text):
        return (
            "C source: give the .tflite file it was made of; export.read_back reads what "
            "export.c_array wrote"
        )
    if text.lstrip()[:1] == "{":
        return "text (JSON)"
    return "text"
