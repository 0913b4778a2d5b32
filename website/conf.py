"""Sphinx's settings; `build` says where the sources are, and puts this package on the path."""

project = "The TinyML Workbook"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "website.extension"]

# Markdown: what the workbook's own texts use, and no more.
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3
myst_update_mathjax = False
smartquotes_action = "D"  # a dash between a name and what it means; quotes stay as they are

nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js = {}  # nothing is fetched from elsewhere

# Docstrings say types in words.
autodoc_typehints = "none"
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
add_module_names = False
highlight_language = "default"  # Python where it is, formulas where not

html_theme = "pydata_sphinx_theme"
html_math_renderer = "mathml"
html_title = project
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
templates_path = ["templates"]
html_show_sourcelink = False
html_copy_source = False
html_show_copyright = False
html_theme_options = {
    "navbar_center": ["navbar-nav", "live"],
    "footer_start": [],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "header_links_before_dropdown": 6,
    "show_prev_next": True,
    "search_bar_text": "Search",
    "icon_links": [],
    "logo": {"text": project},
}
html_context = {"default_mode": "auto"}
