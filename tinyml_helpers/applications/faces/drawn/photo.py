"""What a camera does to a picture: blur, light, noise, compression.

Every function takes and returns float32 [height, width], 0 black to 1 white. The brightness is
that of a picture as it is stored (gamma included), except inside `exposed`, which goes back to
light for a moment.
"""

import io

import numpy as np
from scipy import ndimage


def exposed(image, stops):
    """The picture with the light let in for longer (stops > 0) or shorter: each stop doubles it.

    Stored brightness is taken for light to the power of 1/2.2, about what sRGB does. What gets
    brighter than white is white.
    """
    return np.minimum(np.maximum(image, 0) * np.float32(2 ** (stops / 2.2)), 1)


def metered(image, random):
    """The picture as a camera that sets exposure and contrast by itself takes it, about right.

    Few pixels end up darker or brighter than the camera can tell: 2 % of them at each end, if the
    picture isn't nearly flat, and its mean comes nearer to middle grey.
    """
    low, high = np.percentile(image, [2, 98])
    black, white = random.uniform(0, 0.12), random.uniform(0.8, 1)
    gain = min((white - black) / max(high - low, 1e-3), random.uniform(1.5, 3))
    image = np.clip(black + (image - low) * np.float32(gain), 0, 1)
    wanted = np.clip(random.normal(0.45, 0.1), 0.2, 0.7)
    power = np.log(wanted) / np.log(np.clip(image.mean(), 0.05, 0.9))
    return image ** np.float32(np.clip(power, 0.55, 1.6))


def toned(image, gamma=1.0, black=0.0, white=1.0):
    """The picture with its middle greys darker (gamma > 1) or brighter, from `black` to `white`.

    A `black` above 0 and a `white` below 1 give the low contrast of haze, flare or a cheap lens.
    """
    return np.float32(black) + np.clip(image, 0, 1) ** np.float32(gamma) * np.float32(white - black)


def vignetted(image, strength):
    """The picture with its corners darker by the share `strength` (0 to 1)."""
    height, width = image.shape
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, np.newaxis]
    x = np.linspace(-1, 1, width, dtype=np.float32)
    return image * (1 - np.float32(strength / 2) * (x * x + y * y))


def shaded(image, random):
    """The picture with a shadow over a part of it, hard or soft, or with a blind's stripes."""
    height, width = image.shape
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, np.newaxis]
    x = np.linspace(-1, 1, width, dtype=np.float32)
    angle = random.uniform(0, 2 * np.pi)
    along = x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle)) + random.normal(0, 0.3)
    if random.random() < 0.25:
        along = np.sin(along * random.uniform(5, 20)) / 5
    lit = np.clip(along / random.uniform(0.03, 0.5) + 0.5, 0, 1)
    return (image * (1 - random.uniform(0.2, 0.6) * lit)).astype(np.float32)


def defocused(image, radius):
    """The picture out of focus: a Gaussian blur with a standard deviation of `radius` pixels."""
    if radius <= 0.05:
        return image
    return ndimage.gaussian_filter(image, radius, mode="nearest", truncate=3)


def shaken(image, length, degrees):
    """The picture as a moving camera takes it: the mean along a line of `length` pixels."""
    if length <= 1:
        return image
    steps = int(np.ceil(length)) + 1
    along = np.linspace(-length / 2, length / 2, steps)
    angle = np.radians(degrees)
    shifted = [
        ndimage.shift(image, (d * np.sin(angle), d * np.cos(angle)), order=1, mode="nearest")
        for d in along
    ]
    return np.mean(shifted, axis=0, dtype=np.float32)


def sharpened(image, amount):
    """The picture with its edges stressed, as cameras do: `amount` times what a blur takes away."""
    return image + np.float32(amount) * (image - ndimage.gaussian_filter(image, 1, truncate=3))


def enlarged(image, factor):
    """The picture with the detail of one `factor` times smaller that was blown up."""
    if factor <= 1.02:
        return image
    height, width = image.shape
    small = resized(image, max(4, round(height / factor)), max(4, round(width / factor)))
    return resized(small, height, width)


def resized(image, height, width):
    """The picture in another size: mean over areas where it shrinks, bilinear where it grows."""
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(image, dtype=np.float32))
    # Pillow's bilinear filter widens with the shrinking: no pixel is left out.
    return np.asarray(picture.resize((width, height), Image.Resampling.BILINEAR))


def noisy(image, read, shot, random):
    """The picture with a sensor's noise.

    Args:
        image: float32 [height, width].
        read: standard deviation of the noise that is everywhere, 0 to 1.
        shot: standard deviation at white of the noise that grows with the root of the light.
        random: a numpy Generator.
    """
    spread = np.sqrt(np.float32(read * read) + np.float32(shot * shot) * np.clip(image, 0, 1))
    return image + spread * random.standard_normal(image.shape, dtype=np.float32)


def compressed(image, quality):
    """The picture after JPEG of `quality` 1 to 95: 8×8 blocks, halos about edges."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(codes(image)).save(file, "JPEG", quality=int(quality))
    return np.asarray(Image.open(file), dtype=np.float32) / np.float32(255)


def codes(image):
    """The picture as uint8 [height, width], 0 to 255, for one of float32 0 to 1."""
    return np.round(np.clip(image, 0, 1) * 255).astype(np.uint8)


def taken(image, random, noise=1.0, blur=1.0):
    """The picture as some camera might take it: everything above, each with its own chance.

    Args:
        image: float32 [height, width].
        random: a numpy Generator.
        noise: how noisy; 0 is without.
        blur: how blurred; 0 is without.

    Returns:
        float32 [height, width], 0 to 1.
    """
    if random.random() < 0.3:
        image = enlarged(image, 1 + blur * random.gamma(1.2, 0.4))
    if random.random() < 0.4:
        image = defocused(image, blur * random.gamma(1.2, 0.36))
    if random.random() < 0.1:
        image = shaken(image, 1 + blur * random.gamma(2, 1.2), random.uniform(0, 180))
    if random.random() < 0.5:
        image = vignetted(image, random.uniform(0, 0.5))
    if random.random() < 0.8:
        image = metered(image, random)
    else:
        image = exposed(image, np.clip(random.normal(0, 0.6), -1.5, 1))
    image = toned(image, gamma=np.exp(random.normal(0, 0.15)))
    if random.random() < 0.2:
        black = random.uniform(0, 0.25)
        image = toned(image, 1, black, random.uniform(max(0.6, black + 0.35), 1))
    if random.random() < 0.5:
        image = sharpened(image, random.uniform(0.1, 1.2))
    if noise and random.random() < 0.65:
        level = noise * random.gamma(1.2, 0.008)
        image = noisy(image, level, level, random)
    if random.random() < 0.5:
        image = compressed(image, random.integers(30, 92))
    return np.clip(image, 0, 1).astype(np.float32)
