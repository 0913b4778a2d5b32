"""What Sphinx reads, laid out in a folder: the workbook's texts, and pages about its code."""

import json
import re
import shutil

from tinyml_helpers.course.lessons import all_lessons
from website import api, c_headers, lessons, links

#: Texts about the workbook itself, in the order of the navigation.
_ABOUT = (
    "classroom/guide.md",
    "classroom/kubernetes/README.md",
    "cluster/README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "THIRD_PARTY.md",
    "LICENSE",
)

_LESSONS = "notebooks/index.md"
_SHOWN = ":maxdepth: 1"


def lay_out(root, folder):
    """Write all sources.

    Args:
        root: the workbook's folder, which is only read.
        folder: an empty one.

    Raises:
        ValueError: a text links to a file that isn't there.
    """
    pages = _pages(root)
    words = {}
    for path, source in pages.items():
        place = folder / source
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.endswith(".ipynb"):
            notebook = json.loads((root / path).read_text(encoding="utf-8"))
            words |= lessons.pictures(notebook)
            lessons.for_site(
                notebook, lambda text, path=path: links.for_site(text, path, pages, root)
            )
            place.write_text(json.dumps(notebook), encoding="utf-8")
        elif path.endswith((".md", ".h", "LICENSE")):
            place.write_text(_text(path, pages, root), encoding="utf-8")
    for source, text in (api.pages(root) | _lists(root, pages)).items():
        (folder / source).write_text(text, encoding="utf-8")
    (folder / "picture_words.json").write_text(json.dumps(words), encoding="utf-8")
    shutil.copytree(root / "notebooks" / "images", folder / "notebooks" / "images")


def _pages(root):
    """What has a page: a file's path from the workbook's folder -> its source in the site."""
    pages = {"README.md": "index.md", "data": "data/index.md"}
    pages |= {name: f"{name.removesuffix('.md')}.md" for name in _ABOUT}
    notebooks = [*all_lessons(root), root / "notebooks" / "glossary.md"]
    notebooks += sorted((root / "notebooks" / "solutions").glob("*/answers.md"))
    texts = [*notebooks, *sorted((root / "data").rglob("*.md"))]
    paths = [path.relative_to(root).as_posix() for path in texts]
    pages |= {path: path for path in paths} | {"data/README.md": "data/index.md"}
    pages["tinyml_helpers/micro/c/README.md"] = "c/micro_interpreter.md"
    pages |= {path: f"c/{path.rpartition('/')[2]}.md" for path in c_headers.paths(root)}
    for name in api.folders(root):
        modules = [path.relative_to(root).as_posix() for path in (root / name).glob("*.py")]
        pages |= {path: api.source(name) for path in [name, *modules]}
    return pages


def _text(path, pages, root):
    """Markdown of a page that one text of the workbook is."""
    text = (root / path).read_text(encoding="utf-8")
    if path.endswith(".h"):
        return c_headers.page(path, text)
    if path == "LICENSE":
        return f"# Licence\n\n```text\n{text.rstrip()}\n```\n"
    text = links.for_site(text, path, pages, root)
    if path == "README.md":
        return _start(text)
    if path == "data/README.md":
        sheets = re.findall(r"^data/(\w+)\.md$", "\n".join(pages.values()), re.MULTILINE)
        titles = {name: name for name in sheets if name != "index"}
        return text + _contents({"models": "Model cards"} | titles)
    if path.endswith("answers.md"):  # found by those who follow the lesson's link
        return f"---\norphan: true\nnosearch: true\n---\n\n{text}"
    return text


def _start(readme):
    """The first page: the README, with whom the workbook is for side by side."""
    whom = re.findall(r"^- \*\*(For \w+)\*\*: (.*)\n", readme, re.MULTILINE)
    cards = (
        f"::::{{container}} one\n**{who}**\n\n{_as_sentence(text)}\n::::\n" for who, text in whom
    )
    side_by_side = f":::::{{container}} whom\n{''.join(cards)}:::::\n"
    above, below = re.split(r"(?:^- \*\*For .*\n)+", readme, maxsplit=1, flags=re.MULTILINE)
    parts = {
        "notebooks/index": "Lessons",
        "data/index": "Data and models",
        "api/index": "Python API",
        "c/index": "C headers",
        "about": "About",
    }
    return f"{above}{side_by_side}{below}{_contents(parts)}"


def _as_sentence(text):
    """Text whose first letter, maybe a link's, is a capital."""
    return re.sub(r"^\W*\w", lambda first: first[0].upper(), text)


def _lists(root, pages):
    """The pages that list others."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    of_lessons = readme.partition("\n## The lessons\n")[2].partition("\n## ")[0]
    of_lessons = links.for_site(of_lessons, "README.md", pages | {"README.md": _LESSONS}, root)
    own = [page[10:] for page in pages.values() if page.endswith(".ipynb")]
    headers = {path: pages[path] for path in c_headers.paths(root)}
    cards = [page[5:] for page in pages.values() if re.fullmatch(r"data/\w+/\w+\.md", page)]
    about = [pages[name] for name in _ABOUT]
    return {
        _LESSONS: f"# Lessons\n{of_lessons}{_contents([*own, 'glossary.md'])}",
        "about.md": f"# About\n{_contents(about, _SHOWN)}",
        "c/index.md": c_headers.contents(headers),
        "data/models.md": "# Model cards\n\nThe trained models that come along: what each is for, "
        "what it learned from, and what it gets wrong.\n"
        + _contents({card: card.removesuffix(".md") for card in cards}, _SHOWN),
    }


def _contents(entries, options=":hidden:"):
    """A table of contents, which the navigation follows.

    Args:
        entries: sources, from the folder of the page that it is for; a dict gives their titles.
        options: ":hidden:", or how the page shows it.
    """
    listed = [re.sub(r"\.(md|ipynb)$", "", entry) for entry in entries]
    if isinstance(entries, dict):
        listed = [f"{entries[entry]} <{name}>" for entry, name in zip(entries, listed, strict=True)]
    lines = "\n".join(listed)
    return f"\n```{{toctree}}\n{options}\n\n{lines}\n```\n"
