"""What a box says of itself: a page for those who take from it, a text for who hands it out."""

import html

from tinyml_helpers.course import bundle_targets
from tinyml_helpers.course.explaining import DISK_GB

#: The folder that a zip of a box unpacks to.
TOP = "tinyml-workbook"

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The TinyML Workbook</title>
<style>
body {{ font: 1.1rem/1.5 sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }}
code {{ background: #eee; padding: 0.1em 0.3em; }}
</style>
<h1>The TinyML Workbook</h1>
<p>Everything it takes, for a computer without a network.</p>
<ol>
<li>You need {pythons}, 64-bit: <code>python --version</code> in a terminal says what you have
(on Linux it may be called <code>python3</code>, on Windows <code>py</code>). If there is none, ask
whoever gave you this page: Python's own installer isn't part of it.
<li>Take the file for your computer:
<ul>
{links}
</ul>
<li>Unpack it. On Windows into a short folder, such as <code>C:\\tinyml</code>: some of the names in
it are long, and Windows allows 260 letters in all.
<li>Open a terminal in the folder <code>{top}</code> that came out of it, and type
<p><code>python course.py lab</code></p>
It takes some minutes, {disk} GB and no network, and opens the first lesson. Next time it takes
seconds.
<li>Once the lesson is open, the file you took and the folder <code>wheels</code> may go.
</ol>
</html>
"""

_TEXT = """\
The TinyML Workbook, for a room without a network

In this box:

{files}
  index.html    what your students read: which file to take, what to type
  SHA256SUMS    check sums of all that

Each zip holds the workbook and every package it needs, for {pythons}.
A student unpacks it and types `python course.py lab`, as with a network: the
packages in its folder `wheels` are found, checked, and installed.
{compiled}

Not in this box: Python itself (take the installers from
https://www.python.org/downloads/ and put them in here, too), the archives of
real data that `python course.py data` lists (no lesson needs one), and on
Windows Microsoft's Visual C++ Redistributable (x64), which most computers have.

By a USB stick: copy this folder onto it. Each student copies index.html and
one zip onto their computer, and unpacks it there, not on the stick. A stick
formatted as FAT32 takes files of up to 4 GB, which is enough for one Python.

By one laptop's address: in this folder type

  python -m http.server 8000

and have your students open http://ADDRESS:8000 in a browser. The address is
that of your laptop in the room's network: on Windows `ipconfig` prints it, on
macOS `ipconfig getifaddr en0`, on Linux `hostname -I`. The room's network need
not lead anywhere, but it must let laptops see each other, and your firewall
must let Python answer. Ctrl-C stops it; whoever is in the room's network may
read this folder. A zip has up to {most}: over Wi-Fi and for thirty that is slow,
and two or three sticks that go round are faster.

To check a copy: `sha256sum -c SHA256SUMS` on Linux, `shasum -a 256 -c SHA256SUMS`
on macOS. What a student unpacked is checked before it is installed.
"""

_COMPILED = "The lessons' programs for boards are in its folder `compiled`, already compiled."
_NOT_COMPILED = "Each computer compiles the lessons' programs for boards when they are needed."


def page(sizes, targets):
    """The page for students.

    Args:
        sizes: a dict of bytes by a zip's name, in order of the systems.
        targets: the targets in the box.

    Returns:
        HTML, str.
    """
    systems = dict.fromkeys(target.system for target in targets)
    links = [
        f'<li><a href="{html.escape(name)}">{bundle_targets.SYSTEMS[system].title}</a>, '
        f"{size / 1e9:.1f} GB"
        for system, (name, size) in zip(systems, sizes.items(), strict=True)
    ]
    words = {"pythons": _pythons(targets), "top": TOP, "disk": DISK_GB}
    return _PAGE.format(links="\n".join(links), **words)


def text(sizes, targets, compiled):
    """README.txt, for whoever hands the box out.

    Args:
        sizes, targets: as for `page`.
        compiled: whether the zips hold what is compiled for boards.
    """
    width = max(map(len, sizes))
    files = [f"  {name:{width}}  {size / 1e9:.1f} GB" for name, size in sizes.items()]
    most = f"{max(sizes.values()) / 1e9:.1f} GB"
    words = {"pythons": _pythons(targets), "most": most}
    words["compiled"] = _COMPILED if compiled else _NOT_COMPILED
    return _TEXT.format(files="\n".join(files), **words)


def _pythons(targets):
    return "Python " + " or ".join(dict.fromkeys(target.python for target in targets))
