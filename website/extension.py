"""What Sphinx is taught: formulas without a script, docstrings as they are, pictures' words."""

import json
from pathlib import Path

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx import addnodes

from website import docstrings


def setup(app):
    """Called by Sphinx."""
    app.add_config_value("picture_words", {}, "env")
    app.add_html_math_renderer("mathml", (_inline, None), (_display, None))
    app.connect("autodoc-process-docstring", _docstring, priority=100)  # napoleon comes after
    app.connect("doctree-read", _say_pictures)
    app.connect("doctree-read", _guess_no_links)
    app.connect("doctree-read", _call_attributes_so)
    app.connect("config-inited", _read_words)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(writer, node):
    writer.body.append(tex2mathml(node.astext(), as_block=False))
    raise nodes.SkipNode


def _display(writer, node):
    writer.body.append(f"<div class='math'>{tex2mathml(node.astext(), as_block=True)}</div>")
    raise nodes.SkipNode


def _docstring(_app, _kind, _name, _object, _options, lines):
    docstrings.to_restructured_text(lines)


def _read_words(app, config):
    """The words of every picture, which `sources` has laid beside the pages."""
    path = Path(app.srcdir) / "picture_words.json"
    config.picture_words = json.loads(path.read_text(encoding="utf-8"))


def _say_pictures(app, doctree):
    """Give a lesson's pictures their words: MyST-NB names their files by the SHA-256."""
    for picture in doctree.findall(nodes.image):
        words = app.config.picture_words.get(Path(picture["uri"]).stem)
        if words:
            picture["alt"] = words


def _guess_no_links(_app, doctree):
    """Leave names in docstrings as they are: Sphinx would link `name` to anything called so."""
    for reference in list(doctree.findall(addnodes.pending_xref)):
        if reference["refdomain"] == "py":
            reference.replace_self(reference.children)


def _call_attributes_so(_app, doctree):
    """Give napoleon's `Variables` the name that docstrings have for them."""
    for name in doctree.findall(nodes.field_name):
        if name.astext() == "Variables":
            name.children[:] = [nodes.Text("Attributes")]
