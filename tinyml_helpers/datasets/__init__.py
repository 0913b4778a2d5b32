"""Data in: real sets that ship with the tools, sets made here, archives fetched on demand.

    >>> digits()
    Split: 1,415 images to train on and 382 to test on, 8×8×1 float32, 10 classes (0, 1, ...)

`python -m tinyml_helpers.datasets` lists what there is, and with a name after it fetches that.

This room knows files, how they are fetched and what is in them, and nothing of models.
"""

from tinyml_helpers.datasets.bundled import Split, digits, lfw_patches
from tinyml_helpers.datasets.catalogue import Dataset, catalogue, fetch, table
from tinyml_helpers.datasets.download import DownloadError, OfflineError
from tinyml_helpers.datasets.fields import simulated as simulated_fields
from tinyml_helpers.datasets.fields.own_soil import soil_csv
from tinyml_helpers.datasets.fields.series import Soil, longest_gap, measured_span, share_missing
from tinyml_helpers.datasets.fields.simpact import simpact
from tinyml_helpers.datasets.fields.uscrn import uscrn
from tinyml_helpers.datasets.hearts import simulated as simulated_hearts
from tinyml_helpers.datasets.hearts.ecg import Ecg
from tinyml_helpers.datasets.hearts.mitbih import mitbih
from tinyml_helpers.datasets.machines import simulated
from tinyml_helpers.datasets.machines.cwru import cwru_bearing
from tinyml_helpers.datasets.machines.ims import ims_run
from tinyml_helpers.datasets.machines.looks import machine_looks
from tinyml_helpers.datasets.machines.own_vibration import vibration_csv
from tinyml_helpers.datasets.machines.recording import (
    FULL_SCALE_G,
    FaultOrders,
    Recording,
    fault_orders,
    resampled,
    to_counts,
)
from tinyml_helpers.datasets.motion import simulated as simulated_arms
from tinyml_helpers.datasets.motion.own_motion import motion_csv
from tinyml_helpers.datasets.motion.resampling import resampled as resampled_motion
from tinyml_helpers.datasets.motion.series import Motion, axis_up, leave_one_out
from tinyml_helpers.datasets.motion.sp_sw_har import sp_sw_har
from tinyml_helpers.datasets.motion.watch_exercises import watch_exercises
from tinyml_helpers.datasets.motion.wisdm import wisdm
from tinyml_helpers.datasets.pictures.boxed_faces import boxed_faces
from tinyml_helpers.datasets.pictures.boxes_file import boxes_file
from tinyml_helpers.datasets.pictures.drawn_faces import (
    Portraits,
    Scenes,
    drawn_faces,
    drawn_pairs,
    drawn_scenes,
    real_scenes,
)
from tinyml_helpers.datasets.pictures.photographs import Photographs, letterbox, read_picture
from tinyml_helpers.datasets.pictures.picture_folder import Pictures, patch_folder, people_folder
from tinyml_helpers.datasets.pictures.real_faces import People, lfw, olivetti
from tinyml_helpers.datasets.sounds.recordings import (
    loudest_second,
    read_recording,
    recordings,
    save_clip,
)
from tinyml_helpers.datasets.sounds.speech import (
    CLASSES,
    Clips,
    speech,
    speech_sentences,
    speech_words,
)
from tinyml_helpers.datasets.sounds.speech_commands import speech_commands, split_by_speaker
from tinyml_helpers.datasets.unpack import ArchiveError

__all__ = [
    "CLASSES",
    "FULL_SCALE_G",
    "ArchiveError",
    "Clips",
    "Dataset",
    "DownloadError",
    "Ecg",
    "FaultOrders",
    "Motion",
    "OfflineError",
    "People",
    "Photographs",
    "Pictures",
    "Portraits",
    "Recording",
    "Scenes",
    "Soil",
    "Split",
    "axis_up",
    "boxed_faces",
    "boxes_file",
    "catalogue",
    "cwru_bearing",
    "digits",
    "drawn_faces",
    "drawn_pairs",
    "drawn_scenes",
    "fault_orders",
    "fetch",
    "ims_run",
    "leave_one_out",
    "letterbox",
    "lfw",
    "lfw_patches",
    "longest_gap",
    "loudest_second",
    "machine_looks",
    "measured_span",
    "mitbih",
    "motion_csv",
    "olivetti",
    "patch_folder",
    "people_folder",
    "read_picture",
    "read_recording",
    "real_scenes",
    "recordings",
    "resampled",
    "resampled_motion",
    "save_clip",
    "share_missing",
    "simpact",
    "simulated",
    "simulated_arms",
    "simulated_fields",
    "simulated_hearts",
    "soil_csv",
    "sp_sw_har",
    "speech",
    "speech_commands",
    "speech_sentences",
    "speech_words",
    "split_by_speaker",
    "table",
    "to_counts",
    "uscrn",
    "vibration_csv",
    "watch_exercises",
    "wisdm",
]
