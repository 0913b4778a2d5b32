"""Two ways from a sensor to a decision: ask a server, or decide on the spot."""

from tinyml_helpers.drawings.sketch import Sketch


def ask_or_decide():
    """Draw the chain from a sensor over a network to a server and back, and the one on a chip.

    Returns:
        A matplotlib figure.
    """
    sketch = Sketch(
        "Two ways from a sensor to a decision",
        "Above: a sensor's data goes through a radio and over a network to a server, and the "
        "answer comes all the way back. Below: the chip beside the sensor decides, and its radio "
        "sends an event, now and then",
        width=14.4,
        height=5.2,
    )
    sketch.note(0.1, 0.25, "ask a server", 11, horizontal="left", weight="bold")
    sensor = sketch.box(0.1, 0.6, 1.9, 1.0, "sensor")
    radio = sketch.box(4.2, 0.6, 1.9, 1.0, "radio", kind="now")
    network = sketch.box(8.0, 0.6, 2.2, 1.0, "network", kind="store")
    server = sketch.box(12.3, 0.6, 2.0, 1.0, "server", kind="work")
    sketch.arrow(sensor.right, radio.left, "everything")
    sketch.arrow(radio.right, network.left)
    sketch.arrow(network.right, server.left)
    sketch.arrow(server.bottom, (sensor.x + 0.95, 1.6), bend=-0.12)
    sketch.note(7.2, 2.7, "the answer, if the network is there", 9)
    sketch.note(0.1, 3.4, "decide here", 11, horizontal="left", weight="bold")
    sensor = sketch.box(0.1, 3.8, 1.9, 1.0, "sensor")
    chip = sketch.box(4.2, 3.8, 1.9, 1.0, "chip", kind="now")
    radio = sketch.box(8.0, 3.8, 2.2, 1.0, "radio, asleep\nnearly always")
    sketch.arrow(sensor.right, chip.left, "everything")
    sketch.arrow(chip.right, radio.left, "events")
    sketch.arrow(radio.right, (12.3, 4.3), "20 bytes")
    sketch.note(12.4, 4.3, "now and then", 9, horizontal="left")
    return sketch.figure
