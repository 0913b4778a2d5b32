"""Files of a project for a Raspberry Pi, as they are: they run there, without this package.

`run_model.py`, `run_stream.py` and `run_frames.py` are called run.py there; talk.py is beside them,
and protocol.py, which is this package's firmware/protocol.py. They know each other, NumPy and what
requirements.txt names.
"""
