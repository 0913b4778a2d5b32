"""A live program behind a gate, compiled for this computer with sanitizers."""

import contextlib
import itertools

import patience
import pytest
from gating import PROGRAM, SETTINGS, expected, sound
from listening import BUSY
from streaming import same

from tinyml_helpers import link
from tinyml_helpers.applications.keywords import GatedApplication
from tinyml_helpers.applications.keywords.spotter import Spotter
from tinyml_helpers.applications.keywords.wake import HOP

pytest.importorskip("pty", reason="this system has no pseudo-terminals")

from live_board import Board

#: It plays all of it while it is asked for its hops: half of one comes with each frame's end.
SOUND = sound()[20 * HOP : 180 * HOP]


@contextlib.contextmanager
def plugged_in(program, folder):
    waits = patience.seconds(30)
    with (
        Board(program, SOUND, folder, HOP // 2) as board,
        link.open(board.name, program, timeout=waits) as a_link,
    ):
        yield board, a_link.client


def heard(client, count):
    made = list(itertools.islice(client.listen(patience.seconds(60)), count))
    assert len(made) == count, patience.over(60)
    return made


def test_from_power_on_it_rests_while_it_is_quiet(tmp_path):
    wanted = expected(SOUND, PROGRAM.protocol.settings())
    assert 10 < sum(hop.closed for hop in wanted) < len(wanted) - 10
    with plugged_in(PROGRAM, tmp_path) as (_, client):
        assert same(heard(client, len(wanted)), wanted)
        assert (client.missed, client.lost) == (0, 0)


@pytest.mark.parametrize("settings", [SETTINGS, BUSY])
def test_started_anew_it_has_another_gate_or_none(settings, tmp_path):
    with plugged_in(PROGRAM, tmp_path) as (board, client):
        heard(client, 3)
        client.reset(settings)
        wanted = Spotter(PROGRAM.model, settings).push(SOUND[board.starts[-1] :])
        assert same(heard(client, len(wanted)), wanted)


def test_settings_it_starts_with_may_have_no_gate(tmp_path):
    program = GatedApplication(PROGRAM.model)
    program.live_settings = BUSY
    wanted = Spotter(PROGRAM.model, BUSY).push(SOUND)
    with plugged_in(program, tmp_path) as (_, client):
        assert same(heard(client, len(wanted)), wanted)
