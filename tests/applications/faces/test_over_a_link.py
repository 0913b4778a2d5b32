"""A board that looks, over a link: whatever happens on the line, it sees the same."""

import pytest
import spots
from bad_line import DAMAGE, worsening
from looking import OURS, SMALL, SMALL_OURS, SMALL_PROGRAM, THRESHOLD, image, port, seen

from tinyml_helpers import firmware, link
from tinyml_helpers.applications.faces import Application, c_looker
from tinyml_helpers.applications.faces.client import ENROL, FORGET, LOOK
from tinyml_helpers.applications.faces.unlock import NotEnrolled
from tinyml_helpers.emulator.chip import Chip
from tinyml_helpers.emulator.protocol_emulator import for_chip


def test_a_link_looks_too(unlock, tmp_path):
    for name in ("detector", "verifier"):
        (tmp_path / name).write_bytes(getattr(spots, name)())
    files = tmp_path / "detector", tmp_path / "verifier"
    url = link.emulator_url("pico", *files, application="tinyml_helpers.applications.faces")
    with link.open(url, Application(spots.detector(), spots.verifier())) as a_link:
        for frame in OURS:
            a_link.client.enrol(frame)
        frames = spots.mixed_frames(4)
        made = [a_link.client.look(frame, THRESHOLD) for frame in frames]
        assert list(map(seen, made)) == [seen(unlock.look(frame)) for frame in frames]
        sight = a_link.client.look(OURS[0])
        assert list(sight.parts) == ["detector", "boxes", "crop", "verifier", "compare", "load"]
        assert sum(sight.parts.values()) == pytest.approx(sight.seconds)
        assert 0 < sight.parts["crop"] < sight.parts["detector"] < sight.seconds < 0.1
        nothing = a_link.client.look(spots.frame())
        assert nothing.parts["verifier"] == 0 < nothing.parts["boxes"]
        a_link.client.forget()
        assert a_link.client.look(OURS[0]).unlocked is None


def test_firmware_that_does_not_look_says_what_to_do():
    elf = firmware.build(spots.detector(*SMALL), "nano33ble").elf
    with link.open(for_chip(Chip(elf, "nano33ble")), SMALL_PROGRAM) as a_link:
        for ask in (a_link.client.look, a_link.client.enrol, lambda _: a_link.client.forget()):
            with pytest.raises(link.BoardError, match=r"know that message: flash .*faces.App"):
                ask(SMALL_OURS[0])
        a_link.ping()


# What goes wrong on the line.


def line(**damage):
    return worsening(port(), SMALL_PROGRAM, 0.1, **damage)


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("way", ["to_board", "to_computer"])
def test_damage_changes_nothing(small_unlock, hurry, way, damage):
    def sometimes(data, count):
        return DAMAGE[damage](data) if count in (0, 3) else data

    a_line, a_link = line(**{way: sometimes})
    for frame in SMALL_OURS:
        a_link.client.enrol(frame)
    assert a_line.writes == 5 + 2
    frame = spots.frame((2, 1), seed=11, size=SMALL)
    assert seen(a_link.client.look(frame, THRESHOLD)) == seen(small_unlock.look(frame))


def test_a_frame_whose_answer_is_lost_is_enrolled_once(small_unlock, hurry):
    _, a_link = line(to_computer=lambda data, count: data if count % 2 else b"")
    assert [a_link.client.enrol(frame).enrolled for frame in SMALL_OURS] == [1, 2, 3, 4, 5]
    with pytest.raises(NotEnrolled, match="5 frames are enrolled already"):
        a_link.client.enrol(SMALL_OURS[0])
    assert seen(a_link.client.look(SMALL_OURS[0], THRESHOLD)) == seen(
        small_unlock.look(SMALL_OURS[0])
    )


def test_what_comes_twice_is_enrolled_once(small_unlock):
    a_line, a_link = line(to_board=lambda data, count: data + data)
    assert [a_link.client.enrol(frame).enrolled for frame in SMALL_OURS] == [1, 2, 3, 4, 5]
    assert a_line.writes == 5


def test_the_same_frame_can_be_enrolled_again():
    _, a_link = line()
    assert [a_link.client.enrol(SMALL_OURS[0]).enrolled for _ in range(5)] == [1, 2, 3, 4, 5]


def test_a_template_stays_on_the_board_when_the_link_ends(small_unlock):
    a_port = port()
    with link.open(a_port, SMALL_PROGRAM) as a_link:
        for frame in SMALL_OURS:
            a_link.client.enrol(frame)
    with link.open(a_port, SMALL_PROGRAM) as a_link:
        assert seen(a_link.client.look(SMALL_OURS[2], THRESHOLD)) == seen(
            small_unlock.look(SMALL_OURS[2])
        )


def test_forgetting_wipes_template_and_frame():
    chip = Chip(image().elf, "nano33ble")
    with link.open(for_chip(chip), SMALL_PROGRAM) as a_link:
        for frame in SMALL_OURS:
            a_link.client.enrol(frame)
        machine = chip.machine
        place, size = machine.address("looker"), image().parts["looker"]
        start = c_looker.LOOKER.fields["face"][1]
        assert any(machine.read(place, size)[start : start + 128])
        assert machine.read(machine.address("look_frame"), 32 * 32) == SMALL_OURS[-1].tobytes()
        a_link.client.forget()
        assert not any(machine.read(place, size)[: start + 128][4:])
        assert not any(machine.read(machine.address("look_frame"), 32 * 32))


def test_messages_that_make_no_sense_are_refused_and_do_no_harm(small_unlock):
    _, a_link = line()
    for frame in SMALL_OURS:
        a_link.client.enrol(frame)
    for kind in (LOOK, ENROL):
        for payload in (b"", bytes(8), bytes(1031), bytes(1033), bytes(5000)):
            with pytest.raises(link.BoardError, match=r"the looker takes another number of bytes$"):
                a_link._board.ask(kind, payload)
    with pytest.raises(link.BoardError, match=r"the looker takes another number of bytes$"):
        a_link._board.ask(FORGET, b"x")
    assert seen(a_link.client.look(SMALL_OURS[3], THRESHOLD)) == seen(
        small_unlock.look(SMALL_OURS[3])
    )
