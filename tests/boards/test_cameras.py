"""What a camera's frames take of a board."""

import pytest

from tinyml_helpers import boards
from tinyml_helpers.boards import cameras


def test_frames_take_a_byte_a_pixel_in_grey_and_two_in_colour():
    camera = cameras.OV7675
    assert camera.frame_bytes("QQVGA") == 160 * 120
    assert camera.frame_bytes("QCIF", grey=False) == 2 * 176 * 144
    assert camera.frame_bytes("VGA") > boards.get(camera.board).ram_bytes


def test_it_shows_each_size_and_says_where_from():
    text = str(cameras.OV7675)
    assert "QQVGA    160x120      19,200      7%        38,400     15%" in text
    assert "1 or 5 frames a second (Arduino's library Arduino_OV767X, src/OV767X.cpp" in text
    assert max(map(len, text.splitlines()[:6])) < 80


def test_a_size_it_does_not_have_is_refused():
    with pytest.raises(ValueError, match="no size '96x96'; choose one of VGA, CIF, QVGA, QCIF, QQ"):
        cameras.OV7675.frame_bytes("96x96")
