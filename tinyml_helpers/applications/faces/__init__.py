"""Finding faces in a camera frame, and telling whose they are."""
