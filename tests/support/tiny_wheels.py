"""Wheels of a few hundred bytes, a lock of them, and boxes made of both without a network."""

import base64
import hashlib
import shutil
import zipfile
from pathlib import Path

from tinyml_helpers.course import bundle_fetch, bundle_use, folders

#: Enough of setuptools to install a workbook in place.
BACKEND = """
import os, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "tinyml_workbook-0.1.0-py3-none-any.whl"
    about = "tinyml_workbook-0.1.0.dist-info/"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.writestr("tinyml_workbook.pth", os.getcwd())
        wheel.writestr(about + "METADATA", "Metadata-Version: 2.1\\nName: tinyml-workbook\\n"
            "Version: 0.1.0\\n")
        wheel.writestr(about + "WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr(about + "RECORD", "")
    return name
"""


def make(folder, name, tag="py3-none-any", version="1.0", modules=None):
    """Write a wheel; returns its path.

    Args:
        folder: where to.
        name: the package's.
        tag: the Pythons and systems it is for.
        version: the package's.
        modules: dict of sources by their paths; one module of the package's name unless given.
    """
    folder.mkdir(parents=True, exist_ok=True)
    about = f"{name}-{version}.dist-info"
    files = {
        **(modules or {f"{name}.py": f"tag = {tag!r}\n"}),
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = f"{about}/RECORD"
    lines = [f"{path},sha256={_digest(text)},{len(text)}" for path, text in files.items()]
    files[record] = "\n".join([*lines, f"{record},,", ""])
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for inside, text in files.items():
            wheel.writestr(inside, text)
    return path


def lock(wheels, markers=None):
    """The text of a lock.

    Args:
        wheels: paths of wheels; those of one package make one entry.
        markers: dict of when a package is wanted, by its name.
    """
    entries = {}
    for wheel in wheels:
        name, version, _tag = wheel.name.split("-", 2)
        entries.setdefault((name, version), []).append(bundle_use.sha256_of(wheel))
    text = "# made by a test\n"
    for (name, version), sums in entries.items():
        marker = f" ; {markers[name]}" if name in (markers or {}) else ""
        hashes = "".join(f" \\\n    --hash=sha256:{sha256}" for sha256 in sums)
        text += f"{name}=={version}{marker}{hashes}\n    # via somebody\n"
    return text


def come_along(wheels, root, target, paths):
    """Put wheels where they come along with a workbook, as a box has them.

    Args:
        wheels: the folder.
        root: the workbook, whose lock they are for.
        target: the Target they are for.
        paths: of the wheels.
    """
    wheels.mkdir(exist_ok=True)
    shutil.copy(root / "requirements.txt", wheels)
    lines = ""
    for path in paths:
        copy = Path(shutil.copy(path, wheels))
        lines += bundle_use.line_of(bundle_use.sha256_of(copy), copy.name)
    (wheels / target.list_name).write_text(lines, encoding="utf-8")


def only_from(folder, variables):
    """Set variables so that pip takes packages from a folder and nowhere else.

    Args:
        folder: the folder.
        variables: a dict such as os.environ, changed.
    """
    for name in [name for name in variables if name.startswith("PIP_")]:
        del variables[name]
    variables.update(PIP_NO_INDEX="1", PIP_FIND_LINKS=folder.as_uri())


def lend_pip(monkeypatch, lent):
    """Have a box made with a copy of an environment, which takes no time."""
    monkeypatch.setattr(bundle_fetch, "make_pip", lambda folder: folders.copy(lent, folder))


def _digest(text):
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
