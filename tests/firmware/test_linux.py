"""The program for Linux: what it answers on a Raspberry Pi's processor and on a computer's, and
what it makes of whatever else may come."""

import dataclasses
import io
import socket
import subprocess
import time
from pathlib import Path

import beating
import coaching
import emulated
import growing
import linux_program
import listening
import looking
import numpy as np
import patience
import pytest
import spots
import watching
from bad_line import GARBAGE
from elftools.elf.elffile import ELFFile
from streaming import same

from tinyml_helpers import boards, firmware, link, micro, model_file
from tinyml_helpers.applications.faces.unlock import Unlock
from tinyml_helpers.firmware import protocol

STREAMS = {
    "keywords": listening.STREAM,
    "machines": watching.STREAM,
    "fields": growing.STREAM,
    "exercises": coaching.STREAM,
    "hearts": beating.STREAM,
}


@pytest.fixture(params=linux_program.PROCESSORS)
def processor(request):
    linux_program.or_skip(request.param)
    return request.param


@pytest.fixture
def words(int8_model, processor, tmp_path):
    """What runs a program of a model."""
    return linux_program.built(int8_model, processor, tmp_path)


@pytest.mark.parametrize("number_format", ["int8", "float32"])
def test_it_answers_the_same_bytes_as_the_interpreter_here(
    number_format, processor, tiny_models, tmp_path
):
    model = tiny_models[number_format]
    here = micro.Interpreter(model)
    tensor = model_file.read(model).inputs[0]
    with (
        linux_program.served(model, processor, tmp_path) as url,
        link.open(url, model) as board,
    ):
        for x in np.random.default_rng(0).random((3, *tensor.shape), np.float32):
            codes = x if number_format == "float32" else tensor.quantize(x)
            assert board.invoke(codes).output.tobytes() == here.invoke(codes)[0].tobytes()
        assert len(board.profile(codes)) == board.info().operators


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_on_it_does_what_its_twin_here_does(name, processor, tmp_path):
    stream = STREAMS[name]
    with (
        linux_program.served(stream.program, processor, tmp_path) as url,
        link.open(url, stream.program) as board,
    ):
        assert same(board.client.run(stream.samples, stream.settings), stream.expected)


def test_faces_are_found_and_told_apart_as_here(processor, tmp_path):
    here = Unlock(spots.detector(*looking.SMALL), spots.verifier(), looking.THRESHOLD)
    frames = spots.mixed_frames(4, looking.SMALL)
    with (
        linux_program.served(looking.SMALL_PROGRAM, processor, tmp_path) as url,
        link.open(url, looking.SMALL_PROGRAM) as board,
    ):
        for frame in looking.SMALL_OURS:
            here.enrol(frame)
            board.client.enrol(frame)
        made = [board.client.look(frame, looking.THRESHOLD) for frame in frames]
    assert list(map(looking.seen, made)) == [looking.seen(here.look(frame)) for frame in frames]
    assert any(sight.similarity is not None for sight in made)


def test_it_says_which_board_it_is_for_and_which_model_it_has(int8_model, words):
    with (
        linux_program.serving(words) as (port, _),
        link.open(f"socket://localhost:{port}", int8_model) as board,
    ):
        info = board.info()
    assert (info.board, info.clock_hz) == ("pi4", boards.get("pi4").clock_hz)
    assert info.arena_bytes == micro.Interpreter(int8_model).arena_used_bytes
    assert 0 < info.start_seconds < patience.seconds(1)


# What else may come.


def answered(words, data):
    """What a program writes that gets these bytes on a pipe, until they end."""
    done = subprocess.run(
        words, input=data, capture_output=True, timeout=patience.seconds(60), check=True
    )
    assert done.stderr == b""
    return protocol.Reader().feed(done.stdout)


def test_it_ends_in_peace_when_its_input_ends(words):
    assert answered(words, b"") == []
    assert answered(words, protocol.frame(protocol.PING, 3, b"hello")[:-4]) == []
    closed = ["sh", "-c", 'exec "$0" "$@" <&-', *words]
    assert subprocess.run(closed, timeout=patience.seconds(60)).returncode == 0


def test_it_answers_over_a_pipe_what_stands_between_garbage(words):
    ping = protocol.frame(protocol.PING, 7, b"there?")
    data = GARBAGE + ping[:9] + ping + bytes(range(256)) * 40 + ping + GARBAGE
    right = (protocol.PING | protocol.ANSWER, 7, b"there?")
    assert answered(words, data) == [right, right]


def test_it_ends_in_peace_when_nobody_reads_its_answers(words):
    process = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )
    process.stdout.close()
    process.stdin.write(protocol.frame(protocol.INFO, 1))
    assert process.wait(patience.seconds(60)) == 0
    assert process.stderr.read() == b""
    process.stdin.close()
    process.stderr.close()


def test_a_second_computer_is_turned_away_and_the_first_stays(int8_model, words):
    with linux_program.serving(words) as (port, process):
        url = f"socket://localhost:{port}"
        with link.open(url, int8_model) as first:
            with pytest.raises(link.PortError, match=r"broke off: .*close other programs"):
                link.open(url, int8_model)
            x = emulated.codes(int8_model)
            np.testing.assert_array_equal(
                first.invoke(x).output, micro.Interpreter(int8_model).invoke(x)
            )
        link.open(url, int8_model).close()  # its turn has come
        assert process.poll() is None


def test_computers_that_vanish_or_send_garbage_do_no_harm_to_the_next(int8_model, words):
    x = emulated.codes(int8_model)
    question = protocol.frame(protocol.INVOKE, 1, x.tobytes())
    with linux_program.serving(words) as (port, process):
        for data in (b"", GARBAGE, question[:20], 300 * question, b"\xdb"):
            with socket.create_connection(("127.0.0.1", port), patience.seconds(10)) as one:
                one.sendall(data)
        with link.open(f"socket://localhost:{port}", int8_model) as board:
            np.testing.assert_array_equal(
                board.invoke(x).output, micro.Interpreter(int8_model).invoke(x)
            )
        assert process.poll() is None


def test_nobody_from_elsewhere_can_connect(words):
    with linux_program.serving(words) as (port, _):
        rows = [row.split()[1:4] for row in Path("/proc/net/tcp").read_text().splitlines()]
        waiting = [where for where, _, state in rows if state == "0A"]
        assert [w for w in waiting if w.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]
        assert f":{port:04X} " not in Path("/proc/net/tcp6").read_text()


def refused(words, *arguments):
    """What a program says that doesn't start."""
    done = subprocess.run(
        [*words, *arguments], capture_output=True, timeout=patience.seconds(60), text=True
    )
    assert done.returncode == 1 and done.stdout == ""
    return done.stderr


def test_a_port_that_is_taken_is_said_to_be(words):
    with linux_program.serving(words) as (port, _):
        said = f"port {port} is taken: end the program that has it, or choose another\n"
        assert refused(words, "--tcp", str(port)) == said


@pytest.mark.parametrize("port", ["0", "65536", "99999999999", "x", "", "80x", "-1"])
def test_what_is_no_port_is_refused(port, words):
    assert refused(words, "--tcp", port) == f"--tcp takes a port from 1 to 65535, not {port}\n"


@pytest.mark.parametrize("arguments", [["5757"], ["--tcp"], ["--tcp", "1", "2"], ["--help", "1"]])
def test_other_arguments_are_answered_by_how_to_call_it(arguments, words):
    assert refused(words, *arguments).startswith("call it without arguments, ")


# The file.


@pytest.mark.parametrize("of", linux_program.PROCESSORS)
def test_the_file_stands_alone_and_fits_kernels_with_large_pages(of, int8_model):
    program = firmware.build_linux(int8_model, "pi5", of)
    file = ELFFile(io.BytesIO(program.elf))
    assert file["e_machine"] == {"aarch64": "EM_AARCH64", "x86_64": "EM_X86_64"}[of]
    segments = list(file.iter_segments())
    assert not {"PT_INTERP", "PT_DYNAMIC"} & {segment["p_type"] for segment in segments}
    loaded = [segment for segment in segments if segment["p_type"] == "PT_LOAD"]
    pages = [range(s["p_vaddr"] >> 16, (s["p_vaddr"] + s["p_memsz"] - 1 >> 16) + 1) for s in loaded]
    assert len({page for each in pages for page in each}) == sum(map(len, pages))  # none is shared
    assert all(segment["p_align"] % (64 * 1024) == 0 for segment in loaded)
    assert not [s for s in segments if s["p_flags"] & 3 == 3]  # nothing is written and run
    written = [segment for segment in loaded if segment["p_flags"] & 2]
    assert 0 <= sum(s["p_memsz"] for s in written) - program.ram_bytes < 64
    assert program.arena_bytes == micro.Interpreter(int8_model).arena_used_bytes
    assert program.model_bytes == len(int8_model) < len(program.elf)


def test_a_board_with_too_little_ram_is_refused(int8_model, monkeypatch):
    small = dataclasses.replace(boards.get("pi4"), ram=boards.Figure(1000, "B", "made up"))
    monkeypatch.setattr(boards, "get", lambda board: small)
    with pytest.raises(firmware.DoesNotFit, match=r"has 1,000 bytes of RAM and .* needs"):
        firmware.build_linux(int8_model, "pi4")


def test_a_board_without_linux_and_an_unknown_processor_are_refused(int8_model):
    with pytest.raises(ValueError, match=r"no Linux on 'pico'; choose one of pi3bplus, pi4, pi5"):
        firmware.build_linux(int8_model, "pico")
    with pytest.raises(ValueError, match=r"no programs for 'z80'; choose one of aarch64, x86_64"):
        firmware.build_linux(int8_model, "pi4", "z80")


def test_what_was_compiled_is_kept(int8_model, monkeypatch, tmp_path):
    monkeypatch.setenv("TINYML_CACHE", str(tmp_path))
    first = firmware.build_linux(int8_model, "pi4").elf
    objects = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.o")}
    time.sleep(0.01)
    assert firmware.build_linux(int8_model, "pi4").elf == first
    assert len(objects) > 10
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.o")} == objects
