"""What tests of the camera share."""

import face_video
import jupyter_lab
import numpy as np
import pytest
from camera_browser import ASK, DELETE, LIVE, REPLAY, SLOW, STILL, drawn


@pytest.fixture(scope="module")
def lab(lab_server):
    """A JupyterLab with the notebook "camera"; (address, folder)."""
    folder = lab_server[1]
    face_video.write_video(folder / "face.y4m")
    np.save(folder / "drawn.npy", drawn())
    jupyter_lab.write_notebook(folder, "camera", LIVE, ASK, SLOW, REPLAY, DELETE, STILL)
    return lab_server
