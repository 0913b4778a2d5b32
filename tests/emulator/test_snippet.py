"""A student's C on the emulated board: values, arrays, and every way to go wrong."""

import numpy as np
import pytest

from tinyml_helpers import emulator, toolchain
from tinyml_helpers.emulator.snippet import run_c

DOT = """
#include <stdint.h>
int32_t dot(const int8_t *a, const int8_t *b, int32_t count, int32_t zero, int8_t *out, int32_t at)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < count; i++)
        sum += a[i] * (b[i] + zero);
    out[at] = (int8_t)(sum >> 8);
    return sum;
}
"""

A = np.arange(20, dtype=np.int8)


def call(source=DOT, board="nano33ble", **options):
    out = np.full(4, 7, np.int8)
    return run_c(source, "dot", A, A[::-1].copy(), 20, -3, out, 2, board=board, **options), out


@pytest.mark.parametrize("board", ["nano33ble", "pico"])
def test_a_function_computes_and_writes_to_its_array(board):
    result, out = call(board=board)
    expected = int((A.astype(int) * (A[::-1].astype(int) - 3)).sum())
    assert result.value == expected
    assert out.tolist() == [7, 7, expected >> 8, 7]
    assert result.instructions > 5 * 20 and result.cycles > result.instructions


def test_counts_grow_with_the_work():
    small = run_c(DOT, "dot", A, A, 5, 0, np.zeros(1, np.int8), 0)
    large = run_c(DOT, "dot", A, A, 20, 0, np.zeros(1, np.int8), 0)
    assert large.instructions > small.instructions


def test_arrays_that_cannot_be_written_to_stay_as_they_are():
    fixed = np.zeros(4, np.int8)
    fixed.flags.writeable = False
    run_c(DOT, "dot", A, A, 20, 0, fixed, 2)
    assert not fixed.any()


def test_arrays_of_any_order_and_type_come_back_right():
    source = "void next(float *x, int n) { for (int i = 0; i < n; i++) x[i] += 1.5f; }"
    x = np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3))
    run_c(source, "next", x, 6)
    np.testing.assert_array_equal(x, np.arange(6, dtype=np.float32).reshape(2, 3) + 1.5)


TWICE = "void twice(signed char *out, const signed char *in, int n) {{ {} }}".format(
    "for (int i = 0; i < n; i++) out[i] = (signed char)(2 * in[i]);"
)


@pytest.mark.parametrize(
    "given",
    [
        lambda x: (x, x),
        lambda x: (x, x[:]),
        lambda x: (x.T, x.T),
        lambda x: (x.reshape(-1), x),
        lambda x: (x.view(np.uint8), x),
        lambda x: (x, read_only(x[:])),
        lambda x: (read_only(x[:]), x),
    ],
)
def test_an_array_given_twice_is_one_array(given):
    x = np.arange(6, dtype=np.int8).reshape(2, 3)
    run_c(TWICE, "twice", *given(x), 6)
    assert x.tolist() == [[0, 2, 4], [6, 8, 10]]


def test_arrays_side_by_side_in_one_memory_are_two():
    x = np.arange(8, dtype=np.int8)
    run_c(TWICE, "twice", x[::2], x[1::2], 4)
    assert x.tolist() == [2, 1, 6, 3, 10, 5, 14, 7]
    run_c(TWICE, "twice", x[:4], x[4:], 4)
    assert x.tolist() == [20, 10, 28, 14, 10, 5, 14, 7]


@pytest.mark.parametrize(
    "given",
    [
        lambda x: (x, x[1:]),
        lambda x: (x[:3], x[1:4]),
        lambda x: (x, x[::-1]),
        lambda x: (x, x[::2]),
        lambda x: (x.reshape(2, 4), x.reshape(2, 4).T),
    ],
)
def test_arrays_that_overlap_in_part_are_refused(given):
    x = np.arange(8, dtype=np.int8)
    with pytest.raises(ValueError, match="lie partly in the same memory: pass the whole array"):
        run_c(TWICE, "twice", *given(x), 3)


def read_only(array):
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    ("old", "new", "error", "says"),
    [
        ("a[i] *", "a[i + 100000000] *", emulator.MemoryFault, r"in dot \(your_code.c:7\)"),
        ("out[at]", "out[at] = *(int8_t *)at", emulator.MemoryFault, r"flash, in dot"),
        ("sum >> 8", "sum / (count - 20)", emulator.DivideError, r"your_code.c:8"),
        ("i++", "i += 0", emulator.HangError, r"still busy"),
        ("sum += a", "sum += q", toolchain.CompileError, r"your_code.c:7: use of undeclared"),
        ("int8_t *out", "int8_t *out, int x)(", toolchain.CompileError, r"your_code.c:3"),
    ],
)
def test_going_wrong_is_an_error_with_the_line(old, new, error, says):
    with pytest.raises(error, match=says):
        call(DOT.replace(old, new), budget=100_000)


def test_too_deep_a_recursion_is_a_stack_overflow():
    source = """
    int sink;
    int deep(int n)
    {
        volatile int room[50];
        room[n % 50] = n;
        sink = n ? deep(n - 1) + room[n % 50] : 0;
        return sink;
    }
    """
    assert run_c(source, "deep", 3).value == 6
    with pytest.raises(emulator.StackOverflowError, match="in deep"):
        run_c(source, "deep", 1000)


@pytest.mark.parametrize("wrong", [1.5, "text", None, 1 << 32, -(1 << 31) - 1])
def test_arguments_are_arrays_and_whole_numbers(wrong):
    with pytest.raises(ValueError, match="32-bit integers"):
        run_c(DOT, "dot", wrong)


def test_arrays_have_to_fit():
    with pytest.raises(ValueError, match="there are 65,536"):
        run_c(DOT, "dot", np.zeros(70_000, np.int8))


def test_names_that_are_not_there():
    with pytest.raises(toolchain.CompileError, match="dut"):
        run_c(DOT, "dut", A)
    with pytest.raises(ValueError, match="no emulated board 'uno'"):
        run_c(DOT, "dot", A, board="uno")
