"""What a page of HTML says, shows and leads to, read without a browser."""

import functools
from html.parser import HTMLParser
from pathlib import Path

#: Tags and their attributes that a browser follows by itself.
_LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
}
#: What a `<link>` only tells of.
_TELLS = {"author", "copyright", "index", "next", "prev", "search"}

_SILENT = {"script", "style", "head"}


class Page(HTMLParser):
    """A page.

    Attributes:
        ids: a set of str, where a link may lead to.
        links: a list of str, each as it is written.
        loads: a list of str, what the browser fetches by itself.
        pictures: a list of (address, words), the words None where there are none.
        text: str, what one reads, with single spaces.
    """

    def __init__(self, path):
        super().__init__()
        self.ids, self.links, self.loads, self.pictures = set(), [], [], []
        self._inside, self._said = [], []
        self.feed(Path(path).read_text(encoding="utf-8"))
        self.text = plain("".join(self._said))

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if "id" in values:
            self.ids.add(values["id"])
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag == "link" and values["rel"] not in _TELLS:
            self.loads.append(values["href"])
        if address := values.get(_LOADS.get(tag)):
            self.loads.append(address)
        if tag == "img":
            self.pictures.append((values["src"], values.get("alt")))
        if tag in _SILENT:
            self._inside.append(tag)

    def handle_endtag(self, tag):
        if self._inside[-1:] == [tag]:
            self._inside.pop()

    def handle_data(self, data):
        if not self._inside:
            self._said.append(data)


@functools.cache
def read(path):
    """The `Page` at a path, read once."""
    return Page(path)


def plain(text):
    """Text with single spaces."""
    return " ".join(text.split())
