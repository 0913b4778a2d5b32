"""A drawn face for the browser's fake camera, and what Python should get of it."""

import numpy as np

WIDTH, HEIGHT = 640, 480


def face():
    """A face with a dark patch at its right (the picture's left), uint8 [480, 640]."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    picture = np.linspace(60, 150, WIDTH)[np.newaxis].repeat(HEIGHT, axis=0)

    def ellipse(left, top, width, height, grey):
        picture[((x - left) / width) ** 2 + ((y - top) / height) ** 2 < 1] = grey

    ellipse(320, 245, 120, 160, 60)  # hair
    ellipse(320, 260, 105, 140, 200)
    for eye in (275, 365):
        ellipse(eye, 235, 22, 11, 240)
        ellipse(eye, 235, 9, 10, 30)
    ellipse(320, 285, 10, 30, 175)
    ellipse(320, 340, 40, 10, 110)
    ellipse(250, 300, 14, 14, 70)
    return picture.astype(np.uint8)


def write_video(path, picture=None):
    """Write a picture [480, 640] as a video that stands still (.y4m, 4:2:0, video levels)."""
    picture = face() if picture is None else picture
    light = np.rint(16 + picture * (219 / 255)).astype(np.uint8).tobytes()
    colour = bytes([128]) * (WIDTH * HEIGHT // 2)
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420\n".encode()
    path.write_bytes(head + 2 * (b"FRAME\n" + light + colour))
    return path


def frame(picture):
    """The centre square of a picture [480, 640], 5×5 pixels averaged into one, float [96, 96]."""
    square = picture[:, 80:560].astype(float)
    return square.reshape(96, 5, 96, 5).mean(axis=(1, 3))
