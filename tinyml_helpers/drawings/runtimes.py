"""The four programs that run this workbook's networks, and what each of them reads."""

from tinyml_helpers.drawings.sketch import Sketch

#: A program that runs `.tflite` files -> where.
READERS = {
    "LiteRT": "phones, computers",
    "TensorFlow\nLite Micro": "microcontrollers",
    "the micro-\ninterpreter": "microcontrollers,\nthe emulated boards",
}


def runtimes():
    """Draw which program runs what: Keras its own model, the three others the file made of it.

    Returns:
        A matplotlib figure.
    """
    sketch = Sketch(
        "One network, four programs that run it",
        "Keras runs its own model, in float32. Quantizing it makes a .tflite file, which three "
        "others run: LiteRT (phones, computers), TensorFlow Lite Micro (microcontrollers), and the "
        "micro-interpreter (microcontrollers, the emulated boards)",
        width=14.4,
        height=4.6,
    )
    keras = sketch.box(0.1, 1.7, 2.4, 1.1, "Keras", kind="work", size=11)
    sketch.note(1.3, 3.1, "trains a model,\nand runs it in float32", 9, vertical="top")
    file = sketch.box(5.2, 1.7, 2.4, 1.1, ".tflite file", kind="store", size=11)
    sketch.note(6.4, 3.1, "operations,\nwhole numbers", 9, vertical="top")
    sketch.arrow(keras.right, file.left, "quantize")
    for number, (name, where) in enumerate(READERS.items()):
        y = 0.1 + 1.55 * number
        reader = sketch.box(8.9, y, 2.5, 1.2, name, kind="work", size=10)
        sketch.arrow(file.right, reader.left)
        sketch.note(11.6, y + 0.6, where, 9, horizontal="left")
    return sketch.figure
