"""What is written for people, and for systemd, in a project for a Raspberry Pi.

`kind` is always the kind of project: "model", "samples", "sound" or "frames".
"""

from tinyml_helpers.export.contents import Steps
from tinyml_helpers.export.readme import ANOTHER_MODEL

#: Where the program waits for a computer.
PORT = 5757

TITLES = {
    "model": "A model",
    "samples": "A program that takes samples",
    "sound": "A program that hears",
    "frames": "A program that sees",
}

#: For each file of a project, but most of the sources, a sentence.
TOUR = {
    "run.py": "what you start",
    "program": "the static program, for any 64-bit Arm Linux",
    "talk.py": "sends the program messages and reads its answers",
    "protocol.py": "how a message is written on the line; source/protocol.h has the table",
    "application.json": "the messages of this program; `settings` are the bytes that "
    "`Settings(...).pack().hex()` gives in the notebook: put yours in their place",
    "model.tflite": "the model, for LiteRT",
    "requirements.txt": "Python packages, pinned to versions with wheels for the Pi",
    "tinyml.service": "the service, for systemd",
    "source/main.c": "the program's loop, the same on every board",
    "source/board_linux.c": "what is Linux's of it: a pipe or a socket, and the clock",
    "source/build.sh": "builds the program again",
}

#: What run.py does, and how it is called on files of one's own.
_DOES = {
    "model": "runs the model with LiteRT and times it",
    "samples": "gives samples to `program` and prints what it makes of them",
    "sound": "gives sound to `program` and prints what it hears",
    "frames": "gives pictures to `program` and prints what it sees",
}
_ARGUMENTS = {
    "model": " --from input.npy --compare",
    "samples": " --from samples.npy",
    "sound": " --from FILE.wav",
    "frames": " --from FOLDER_OF_PICTURES",
}
#: Live: what gives the samples, and Debian's package for it.
_SENSORS = {
    "sound": ("a USB microphone", "libportaudio2"),
    "frames": ("its camera", "python3-picamera2"),
}

_SERVICE = """\
# For systemd, as a service of the user whose folder ~/tinyml this is in; README.md says how.
[Unit]
Description=TinyML: {what}
StartLimitIntervalSec=5min
StartLimitBurst=10

[Service]
ExecStart={command}
Restart=on-failure
RestartSec=5
MemoryMax=512M
TasksMax=64
# What it never needs: new rights, other processors' instructions, networks.
NoNewPrivileges=yes
LockPersonality=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
RestrictNamespaces=yes
RestrictAddressFamilies={families}
SystemCallArchitectures=native
UMask=0077

[Install]
WantedBy=default.target
"""

_BUILD = """\
#!/bin/sh
# Builds ../program again, on any computer with Python and this package:
#     python3 -m pip install ziglang=={zig}
set -eu
cd "$(dirname "$0")"
python3 -m ziglang cc {flags} \\
    -I. *.c -o program.new
mv program.new ../program
"""

_NEED = """\
The Pi{sensor}, and a card with Raspberry Pi OS (64-bit): on the Pi `getconf LONG_BIT` says 64 and \
`uname -m` says aarch64. If not, write the 64-bit one to the card with Raspberry Pi Imager."""

_BUILT = """\
Nothing: `program` is ready. To build it again from `source/`, call `source/build.sh`, which says \
what it needs."""

_FLASH = """\
Copy this folder to the Pi as `~/tinyml`:

```sh
scp -r . pi@raspberrypi.local:tinyml
```

Then on the Pi:

```sh
sudo apt install {packages}
cd ~/tinyml
python3 -m venv --system-site-packages .venv
.venv/bin/pip install -r requirements.txt
```

To have it run whenever the Pi does:

```sh
mkdir -p ~/.config/systemd/user
cp tinyml.service ~/.config/systemd/user/
systemctl --user daemon-reload
systemctl --user enable --now tinyml
loginctl enable-linger
```
"""

_TEST = """\
On the Pi:

```sh
cd ~/tinyml
.venv/bin/python run.py{arguments}
```

From the notebook: connect your computer to the Pi, with the program at the other end,

```sh
ssh -t -L {port}:localhost:{port} pi@raspberrypi.local tinyml/program --tcp {port}
```
{service}
and in a cell, with the same program as exported:

```python
board = link.open("socket://localhost:{port}", program)
board.info()
```
"""

_SERVICE_RUNS = """
(where the service runs, with `-N` for `-t`, and without what follows the Pi's name)
"""

_TROUBLE = """\
- `Exec format error`, or pip doesn't find LiteRT: the system is of 32 bits, see 1.
- `externally-managed-environment`: call the pip of `.venv`, as in 3.
- `Permission denied` for `program`: `chmod +x program`; Windows and USB sticks forget that.
- `port {port} is taken`: the service has it, `systemctl --user stop tinyml`.
- The service ends: `journalctl --user -u tinyml` shows what it said.
- The notebook's link breaks off at once: another computer is connected, and one is at a time.
"""
_LIVE_TROUBLE = {
    "sound": "- The microphone doesn't give 16,000 samples a second: `.venv/bin/python -m "
    "sounddevice` lists what there is; name one by `--device`, in `tinyml.service` too.\n",
    "frames": "- `numpy.dtype size changed`: in `.venv` is another NumPy than picamera2's; delete "
    "`.venv` and make it again, as in 3.\n",
}


def service(live):
    """The systemd unit; a str."""
    python = "%h/tinyml/.venv/bin/python %h/tinyml/run.py"
    return _SERVICE.format(
        what="run.py, live" if live else "the program waits for a computer",
        command=python if live else f"%h/tinyml/program --tcp {PORT}",
        families="AF_UNIX AF_NETLINK" if live else "AF_INET",
    )


def build_script(zig, flags):
    """A shell script that compiles the program again, by this version of zig; a str."""
    return _BUILD.format(zig=zig, flags=" \\\n    ".join(flags))


def about(kind, live):
    """The README's first paragraph; a str."""
    source = f", from {_SENSORS[kind][0]}" if live else ""
    return (
        f"`run.py` {_DOES[kind]}{source}. `program` is the micro-interpreter, the same C as on a "
        "microcontroller: it answers as a board does, also over TCP on the Pi itself."
    )


def steps(kind, live):
    """The README's `Steps`."""
    sensor, package = _SENSORS[kind] if live else ("", "")
    return Steps(
        need=_NEED.format(sensor=sensor and f", {sensor}"),
        build=f"{_BUILT}\n\n{ANOTHER_MODEL}",
        flash=_FLASH.format(packages=f"python3-venv {package}".strip()),
        test=_TEST.format(
            arguments="" if live else _ARGUMENTS[kind],
            port=PORT,
            service="" if live else _SERVICE_RUNS,
        ),
        trouble=_TROUBLE.format(port=PORT) + (_LIVE_TROUBLE[kind] if live else ""),
    )
