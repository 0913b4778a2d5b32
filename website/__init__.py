"""The workbook as pages: `python course.py site`.

`sources` lays out what Sphinx reads: `lessons`, `api` and `c_headers` each write a part, and
`links` makes links between files lead to pages. `conf` and `extension` are Sphinx's side,
`docstrings` one of its tasks. `wasm` makes the pages of `live`, in which the workbook's C runs.
`build` puts the finished pages in their place. It knows the workbook's files and writes none of
them.
"""
