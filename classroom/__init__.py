"""A hub for a class: JupyterHub on one machine, with a folder for each student.

`python course.py hub` starts it. The standard library and what the workbook installs are all that
`hub`, `names` and `student` take; `jupyterhub_config.py` and what it imports run in JupyterHub.
"""
