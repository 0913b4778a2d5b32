"""Links between the workbook's files, as links between pages of the site."""

import os.path
import re
from pathlib import PurePosixPath

#: A Markdown link, its words and where it leads; before it comes code, in which nothing is a link.
_LINK = re.compile(
    r"^```.*?^```|(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)|`+[^`\n]+`+",
    re.MULTILINE | re.DOTALL,
)


def for_site(text, path, pages, root):
    """Markdown in which links to the workbook's files lead to their pages.

    A link to a file or folder that has no page becomes its words.

    Args:
        text: str, Markdown.
        path: of the file it stands in, from the workbook's folder, such as "data/README.md".
        pages: a dict: a file's path -> its source in the site, both with "/".
        root: the workbook's folder.

    Returns:
        str.

    Raises:
        ValueError: a link leads to a file that isn't there.
    """
    folder = PurePosixPath(path).parent
    here = PurePosixPath(pages[path]).parent

    def led(found):
        if found[2] is None:
            return found[0]
        words, (target, mark, anchor) = found[1], found[2].partition("#")
        if not target or "://" in target:
            return found[0]
        leads_to = os.path.normpath(folder / target).replace(os.sep, "/")
        if leads_to in pages:
            relative = os.path.relpath(pages[leads_to], here).replace(os.sep, "/")
            return f"[{words}]({relative}{mark}{anchor})"
        if not (root / leads_to).exists():
            raise ValueError(f"{path} links to {target}, which isn't there: mend the link")
        return words

    return _LINK.sub(led, text)
