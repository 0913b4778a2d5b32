"""What a model must be to serve an application: its one input, its one output, and no memory."""

from typing import NamedTuple

from tinyml_helpers import model_file


class TensorSpec(NamedTuple):
    """What an input or an output must be: int8 codes, with one scale and one zero point.

    Attributes:
        shape: for each dimension its size, an int, or a range of sizes that will do.
        scale: the real number that a step of the codes stands for; any if None.
        zero_point: the code of 0; any if None.
        words: all of this as an error says it, after "takes" or "gives".
    """

    shape: tuple
    scale: float | None
    zero_point: int | None
    words: str

    def fits(self, tensor):
        """Whether a `model_file.Tensor` is as this says."""
        if tensor.scale.size != 1 or len(tensor.shape) != len(self.shape):
            return False
        scale = tensor.scale[0] if self.scale is None else self.scale
        zero_point = tensor.zero_point[0] if self.zero_point is None else self.zero_point
        sizes = (size if isinstance(size, range) else (size,) for size in self.shape)
        return tensor.is_int8(scale, zero_point) and all(
            size in wanted for size, wanted in zip(tensor.shape, sizes, strict=True)
        )


class ModelSpec(NamedTuple):
    """What an application's model must be.

    Attributes:
        name: what an error calls such a model, "a model of faults".
        takes, gives: a `TensorSpec` of its input and one of its output.
        sees: what an inference is about, as an error says it, "one look at a time".
        wrong: the application's exception, a ValueError of one message.
        keeps: whether it may keep something from one inference to the next.
    """

    name: str
    takes: TensorSpec
    gives: TensorSpec
    sees: str
    wrong: type
    keeps: bool = False

    def check(self, tflite_bytes):
        """Check a model.

        Args:
            tflite_bytes: the model.

        Returns:
            The same, as a `model_file.ModelFile`.

        Raises:
            model_file.ModelFileError: the bytes are no sound model.
            self.wrong: it has other inputs or outputs, or keeps something from one inference to
                the next where it mustn't.
        """
        model = model_file.read(tflite_bytes)
        if len(model.inputs) != 1 or len(model.outputs) != 1:
            raise self.wrong(
                f"{self.name} has one input and one output; this one has {len(model.inputs)} and "
                f"{len(model.outputs)}"
            )
        (taken,), (given,) = model.inputs, model.outputs
        if not self.takes.fits(taken):
            raise self.wrong(
                f"{self.name} takes {self.takes.words}; this one takes {taken.described}"
            )
        if not self.gives.fits(given):
            raise self.wrong(
                f"{self.name} gives {self.gives.words}; this one gives {given.described}"
            )
        if keeps_state(model) and not self.keeps:
            raise self.wrong(
                f"{self.name} sees {self.sees}; this one keeps something from one inference to "
                "the next"
            )
        return model


def keeps_state(model):
    """Whether a `model_file.ModelFile` keeps something from one inference to the next."""
    return any(tensor.is_variable for tensor in model.tensors)
