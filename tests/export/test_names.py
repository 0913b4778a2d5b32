"""Names of exported models: whatever is asked for, C, C++ and Arduino take what is made of it."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tinyml_helpers import export

NAMES = """
    class int bool alignas constexpr new export _Bool linux unix main sin index printf y1
    strange memory is_on toast size_t KWS NULL Con lpt1 setup loop 2net __net__ _N net-v2 médusa
    std tflite micro expf logl open stat stdout environ net_len
"""

#: What a sketch sees around a model: an Arduino core and TensorFlow Lite Micro, in brief.
SKETCH = """
#include <cmath>
#include <cstdio>
namespace std {} namespace tflite {} namespace flatbuffers {} namespace arduino {} namespace mbed {}
class String {}; class Print {}; class Stream {}; struct HardwareSerial {};
extern HardwareSerial Serial, Serial1; extern Stream Wire; extern Print SPI, BLE, PDM;
typedef unsigned char byte; typedef bool boolean; typedef unsigned short word;
void setup(); void loop(); void delay(unsigned long); unsigned long millis();
unsigned long micros();
void pinMode(int, int); void digitalWrite(int, int); int analogRead(int); void tone(int, int);
long random(long); long map(long, long, long, long, long); void yield();
#define min(a, b) ((a) < (b) ? (a) : (b))
#define bit(b) (1UL << (b))
#define interrupts() delay(0)
#define sq(x) ((x) * (x))
using namespace std; using namespace arduino;
"""
IN_THE_SKETCH = """
    std tflite flatbuffers arduino mbed String Print Stream HardwareSerial Serial Serial1 Wire SPI
    BLE PDM byte boolean word setup loop delay millis micros pinMode digitalWrite analogRead tone
    random map yield min bit interrupts sq
"""


@pytest.mark.parametrize("compiler", ["zig cc", "zig c++", "gcc", "g++"])
def test_names_that_are_taken(int8_model, tmp_path, compile_c, compiler):
    """All in one file, with the headers that declare such names and without."""
    made = [export.c_array(int8_model, name, tmp_path) for name in NAMES.split()]
    together = tmp_path / "together.c"
    sources = "".join(f'#include "{c_array.source.name}"\n' for c_array in made)
    together.write_text(sources, encoding="utf-8")
    compile_c(compiler, "-c", together, "-o", tmp_path / "together.o")
    names = ("ctype", "math", "stdio", "stdlib", "string", "time", "unistd", "sys/stat", "fcntl")
    headers = "".join(f"#include <{name}.h>\n" for name in names)
    together.write_text(headers + sources, encoding="utf-8")
    # These headers themselves aren't written for -Weverything.
    compile_c(compiler, "-w", "-c", together, "-o", tmp_path / "together.o")


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("net", "net"),
        ("my model-v2", "my_model_v2"),
        ("2net", "model_2net"),
        ("class", "class_model"),
        ("linux", "linux_model"),
        ("strong", "strong_model"),
        ("KWS", "KWS_model"),
        ("__net__", "net"),
        ("a__b", "a_b"),
        ("../../evil", "evil"),
        ("Modèle n° 3", "Modele_n_3"),
        ("aux", "aux_model"),
        ("isolation", "isolation_model"),
        ("Island", "Island"),
        ("größe", "gro_e"),
        ("naïve Bäume", "naive_Baume"),
        ("net_len", "net_len_model"),
        ("Serial", "Serial_model"),
        ("tm_open", "tm_open_model"),
        ("X-ray X", "X_ray_X"),
        ("sinX", "sinX"),  # only f and l make another function of sin
        ("x" * 63, "x" * 63),
    ],
)
def test_identifier(name, made):
    assert export.identifier(name) == made


@pytest.mark.parametrize("name", ["", " ", "___", "模型", "*/", "x" * 64])
def test_name_that_cannot_be_used(int8_model, tmp_path, name):
    with pytest.raises(ValueError, match=r"letter or digit|64 characters"):
        export.c_array(int8_model, name, tmp_path)
    assert not list(tmp_path.iterdir())


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(max_size=40))
@example("class")
@example("x_t")
@example("strong")
@example("net_len")
@example("größe")
def test_identifier_of_any_text(name):
    try:
        made = export.identifier(name)
    except ValueError:
        return
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", made) and "__" not in made
    assert export.identifier(made) == made


@pytest.mark.parametrize("compiler", ["zig c++", "g++"])
def test_a_sketch_with_models_of_any_name_compiles(int8_model, tmp_path, compile_c, compiler):
    made = [export.c_array(int8_model, name, tmp_path) for name in IN_THE_SKETCH.split()]
    sources = "".join(f'#include "{c_array.source.name}"\n' for c_array in made)
    (tmp_path / "sketch.cpp").write_text(SKETCH + sources, encoding="utf-8")
    compile_c(compiler, "-w", "-c", tmp_path / "sketch.cpp", "-o", tmp_path / "sketch.o")


@pytest.mark.parametrize("header", ["stdint", "stddef", "Math", "Arduino", "assert", "micro"])
def test_no_header_is_called_as_one_that_everybody_includes(int8_model, tmp_path, header):
    assert export.c_array(int8_model, header, tmp_path).header.name == f"{header}_model.h"


def test_models_whose_names_differ_in_capitals_stand_in_one_program(
    int8_model, tiny_models, tmp_path, compile_c
):
    """Each in a folder, as where capitals don't count in the names of files."""
    first = export.c_array(int8_model, "net", tmp_path / "a")
    second = export.c_array(tiny_models["float32"], "Net", tmp_path / "b")
    text = f'#include "{first.header}"\n#include "{second.header}"\n'
    uses = "int use(void);\nint use(void) { return net[0] + Net[0]; }\n"
    (tmp_path / "both.c").write_text(text + uses, encoding="utf-8")
    compile_c("zig cc", "-c", tmp_path / "both.c", "-o", tmp_path / "both.o")
