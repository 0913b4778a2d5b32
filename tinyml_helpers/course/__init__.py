"""What `course.py` does: set up, start the lab, run lessons and tests, find out what is wrong.

This room runs before anything is installed: it knows the standard library and `files`,
and no other room.
"""
