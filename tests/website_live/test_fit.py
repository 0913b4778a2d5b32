"""The page's "will it fit?" is `report.fits`'s, without a compiler."""

import live_pages
import models
import places
import pytest

from tinyml_helpers import boards, firmware, report
from website import code_sizes

MODELS = sorted(places.DATA.glob("*/*.tflite"))
pytestmark = live_pages.needs_node

#: Bytes of code that the page's sum may be off: of alignment, and of constants that programs share.
OFF = 128


@pytest.fixture(scope="module")
def verdicts(live):
    """What the page says of models: a function from a list of bytes to lists of verdicts."""

    def ask(files):
        return [one["fits"] for one in live_pages.in_node(live, [(file, []) for file in files])]

    return ask


def told(rows):
    return [(row["board"]["id"], row["fits"], row["limit"]) for row in rows]


def linked(rows):
    return [(row.board.id, row.fits, None if row.fits else row.limit) for row in rows]


def test_verdicts_of_all_committed_models_are_those_of_linked_programs(verdicts):
    files = [path.read_bytes() for path in MODELS]
    for file, rows in zip(files, verdicts(files), strict=True):
        expected = report.fits(file).rows
        assert told(rows) == linked(expected)
        for row, other in zip(rows, expected, strict=True):
            # The emulator counts the stack that was taken, the page what is set aside for it.
            stack = 0 if other.flash_bytes is None else firmware.STACK_BYTES
            assert other.ram_bytes <= row["ram"] <= other.ram_bytes + stack
            assert row["over"] == other.over_bytes == 0
            if other.flash_bytes is not None:
                assert row["ram"] == firmware.build(file, row["board"]["id"]).ram_bytes
                assert abs(row["flash"] - other.flash_bytes) < OFF


def test_models_around_the_limit(verdicts):
    nano = boards.get("nano33ble")
    file = MODELS[-1].read_bytes()
    code = firmware.build(file, "nano33ble").code_bytes
    room = nano.flash_bytes - code - len(file)
    files = [file + bytes(room - OFF), file + bytes(room + OFF)]
    arenas = [models.large([1, nano.ram_bytes // 2 - 2048]), models.large([1, nano.ram_bytes])]
    answers = verdicts([*files, *arenas])
    fitting = [told(rows)[0] for rows in answers]
    assert fitting == [
        ("nano33ble", True, None),
        ("nano33ble", False, "flash"),
        ("nano33ble", True, None),
        ("nano33ble", False, "RAM"),
    ]
    for file, rows in zip([*files, *arenas], answers, strict=True):
        assert told(rows) == linked(report.fits(file).rows)


def test_models_with_floats_bring_more_code(verdicts):
    file = models.convert(models.net(), "float32")
    (rows,) = verdicts([file])
    assert told(rows) == linked(report.fits(file).rows)
    assert rows[0]["flash"] >= firmware.build(file, "nano33ble").flash_bytes - OFF


def test_every_operator_with_a_kernel_is_in_the_table():
    names, table = code_sizes.operators(), code_sizes.table()
    assert len(names) > 40 and "CONV_2D" in names
    for programs in table.values():
        for variant in code_sizes.VARIANTS:
            sizes = programs[variant]
            assert sorted(sizes["operators"]) == names
            alone = [code_sizes.code_bytes(sizes, [name]) for name in names]
            assert code_sizes.code_bytes(sizes, names) > max(alone)
            assert min(alone) > code_sizes.code_bytes(sizes, [])
