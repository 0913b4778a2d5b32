"""Finding faces in a camera frame, and telling whose they are.

The models in int8, their C and this computer's twin of it are here; `drawn` makes people to learn
from, `training` the models, `measuring` says how good they are. Each may know those before it; none
knows another application.
"""
