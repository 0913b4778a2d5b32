"""A lesson as the site shows it: as it was committed, and nothing is run."""

import hashlib
from base64 import b64decode

#: Stands below a lesson's title.
_TO_DO_IT = (
    "*What you see here is what the lesson's cells printed. To work through it yourself, "
    "[install the workbook](../README.md#install-and-start) and type `python course.py lab`.*"
)

_SCRIPT, _PICTURE = "application/javascript", "image/png"


def for_site(notebook, with_links):
    """Change a lesson into what MyST-NB shows.

    Args:
        notebook: the lesson, a dict as in its file; it is changed.
        with_links: a function that turns Markdown, str, into Markdown whose links fit the site.
    """
    title, _, rest = "".join(notebook["cells"][0]["source"]).partition("\n")
    notebook["cells"][0]["source"] = f"{title}\n\n{_TO_DO_IT}\n{rest}"
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = with_links("".join(cell["source"]))
        for output in cell.get("outputs", []):
            if _SCRIPT in output.get("data", {}):
                output["data"] = {"text/html": _panel(output)}


def pictures(notebook):
    """A dict: the SHA-256 of each picture in a lesson's outputs, hex digits -> its words."""
    words = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if picture := output.get("data", {}).get(_PICTURE):
                digest = hashlib.sha256(b64decode("".join(picture))).hexdigest()
                words[digest] = _words(output)
    return words


def _words(output):
    return output["metadata"][_PICTURE]["alt"]


def _panel(output):
    """HTML of a panel that plays without a kernel; where no script runs its picture stands there.

    The script finds its place in the variable `element`, as JupyterLab gives it.
    """
    data = {kind: "".join(content) for kind, content in output["data"].items()}
    script = data[_SCRIPT].replace("</script", "<\\/script")
    words = _words(output).replace("&", "&amp;").replace('"', "&quot;")
    source = f"data:{_PICTURE};base64,{''.join(data[_PICTURE].split())}"
    return (
        "<div></div><script>{ const element = document.currentScript.previousElementSibling;\n"
        f'{script}\n}}</script><noscript><img alt="{words}" src="{source}"></noscript>'
    )
