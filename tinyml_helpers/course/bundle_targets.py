"""The computers that a box has packages for: their systems and Pythons, as pip names them.

The standard library is all this takes.
"""

import dataclasses
import platform
import sys

from tinyml_helpers.course.explaining import Stop

#: The Pythons that TensorFlow has packages for; course.py takes no other.
PYTHONS = ("3.11", "3.12", "3.13")


@dataclasses.dataclass(frozen=True)
class System:
    """A system, as it is said and as pip is told.

    Attributes:
        title: for the reader.
        key: (sys.platform, platform.machine()).
        tags: the platforms whose wheels it takes, the best first:
            https://packaging.python.org/specifications/platform-compatibility-tags
        names: (os.name, platform.system()).
    """

    title: str
    key: tuple
    tags: tuple
    names: tuple


def _manylinux(machine, oldest):
    """Wheels for glibc 2.28, of 2018, and older ones: what a Linux of today has."""
    new = [f"manylinux_2_{minor}_{machine}" for minor in range(28, oldest - 1, -1)]
    return (*new, f"manylinux2014_{machine}", f"linux_{machine}")


#: macOS 13: the oldest that has wheels of all packages.
SYSTEMS = {
    "windows": System("Windows, 64-bit", ("win32", "AMD64"), ("win_amd64",), ("nt", "Windows")),
    "macos": System(
        "macOS 13 or newer, Apple silicon",
        ("darwin", "arm64"),
        ("macosx_13_0_arm64",),
        ("posix", "Darwin"),
    ),
    "linux": System(
        "Linux, x86-64", ("linux", "x86_64"), _manylinux("x86_64", 5), ("posix", "Linux")
    ),
    "linux-arm64": System(
        "Linux, arm64", ("linux", "aarch64"), _manylinux("aarch64", 17), ("posix", "Linux")
    ),
}


@dataclasses.dataclass(frozen=True)
class Target:
    """A system of SYSTEMS and a Python of PYTHONS that packages are for."""

    system: str
    python: str

    def __str__(self):
        return f"{self.system} with Python {self.python}"

    @property
    def list_name(self):
        """The file in `wheels` that lists its packages with their SHA-256."""
        return f"{self.system}-python{self.python}.sha256"

    def tag_options(self):
        """What tells pip to take this target's wheels, a list of str."""
        tags = [f"--platform={tag}" for tag in SYSTEMS[self.system].tags]
        return [*tags, f"--python-version={self.python}", "--implementation=cp"]

    def marker_environments(self):
        """What the lock's markers ask, for the first and for any later release of its Python.

        Returns:
            Two dicts of str, as https://packaging.python.org/specifications/dependency-specifiers
            names them.
        """
        system = SYSTEMS[self.system]
        asked = {
            "sys_platform": system.key[0],
            "platform_machine": system.key[1],
            "os_name": system.names[0],
            "platform_system": system.names[1],
            "platform_release": "",
            "platform_version": "",
            "python_version": self.python,
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
        }
        releases = (f"{self.python}.0", f"{self.python}.99")
        return [
            asked | {"python_full_version": release, "implementation_version": release}
            for release in releases
        ]


def from_list_name(name):
    """The target whose list has a file's name; None where it isn't one."""
    for system in SYSTEMS:
        for python in PYTHONS:
            if Target(system, python).list_name == name:
                return Target(system, python)
    return None


def here(python=None):
    """The target that this computer is, its Python given (such as "3.12") or the one that runs.

    Returns:
        A Target; None where there are no packages for.
    """
    python = python or "{}.{}".format(*sys.version_info)
    key = (sys.platform, platform.machine())
    systems = [name for name, system in SYSTEMS.items() if system.key == key]
    return Target(systems[0], python) if systems and python in PYTHONS else None


def parse(systems, pythons):
    """The targets that two options name.

    Args:
        systems: names of SYSTEMS with commas between them.
        pythons: names of PYTHONS with commas between them.

    Returns:
        A list of Target, each once.

    Raises:
        Stop: there is no such system or Python.
    """
    systems = _among(systems, SYSTEMS, "--for", "system")
    pythons = _among(pythons, PYTHONS, "--python", "Python")
    return [Target(system, python) for system in systems for python in pythons]


def _among(text, known, option, kind):
    """The words of a list with commas, each once and known."""
    words = list(dict.fromkeys(word.strip() for word in text.split(",")))
    for word in words:
        if word not in known:
            raise Stop(
                f"{option} {text}: there are no packages for a {kind} {word!r}; choose from "
                f"{', '.join(known)}, with commas between them."
            )
    return words
