"""What a program on a board is made of, besides what every program has."""


class Application:
    """A program that runs one model when asked. What does more is a subclass.

    A subclass says what C it brings and how that is measured; `build`, the emulator and the link
    know an application only by what is here.

    Args:
        model: bytes of the .tflite file.

    Attributes:
        model: as given, the model that `invoke` runs.
        header: the C header with its table, a name such as "clap.h", found in `include`; None if
            it has no messages of its own.
        table: what its `tm_application` (see application.h) is called in that header.
        parts: dict of the name of a part of RAM to the C variable that is it, such as
            {"sample ring": "sample_ring"}; what `Image.parts` lists.
        marks: names of C functions; the emulator notes each time the program comes to one, so that
            `counting` can tell what came in between.
        hints: dict of what the firmware may say in refusing a message to what to do about it.
        sensor: "sound", "motion", "pictures" or "vibration" if a live program can take its samples
            from a board's own sensor (see sensor.h); else None.
    """

    header = table = sensor = None
    parts, marks, hints = {}, (), {}

    def __init__(self, model):
        self.model = bytes(model)

    @property
    def models(self):
        """The bytes of every model in flash by its name in C; "tm_model" comes first.

        They share the arena: one runs at a time.
        """
        return {"tm_model": self.model}

    def check(self):
        """Check that the models are such that the program can work with them.

        Raises:
            ValueError: one isn't; the message says why.
        """

    def sources(self):
        """Paths of its C files: a list of Path."""
        return []

    def include(self):
        """Folders of headers, its own and those its C files need: a list of Path."""
        return []

    def source(self):
        """C made for these models, such as constants and buffers of the right size; a str."""
        return ""

    def messages(self):
        """What a program must know that talks to it without this package, as on a Raspberry Pi.

        Returns:
            A dict of JSON's types. "kind" is "stream", for what takes samples for ever, or
            "frames", for what takes one picture at a time; export/on_pi has a program for each,
            which says what else is in it. None if there is nothing to send but `invoke`'s inputs.
        """
        return None

    def client(self, link):
        """What talks to it on a board.

        Args:
            link: a `link.Link` to a board with this program.

        Returns:
            An object whose methods send its messages with `link.ask`; None if it has none.
        """
        return None

    def counting(self, client, meter):
        """A client whose answers also say what they cost an emulated board.

        Args:
            client: what `client` gave.
            meter: an `emulator.Meter` of the board, which notes visits of `marks` and of
                "board_ready", to which every program comes after it has worked.

        Returns:
            An object like the client, or the client itself.
        """
        return client

    def live_source(self):
        """C made for a live program of it, besides `source`: `live_settings` of live.h; a str.

        Raises:
            ValueError: it can't be live, since it takes no samples that a board's own sensor has.
        """
        raise ValueError(
            "this program takes neither sound nor motion nor pictures nor vibration, so that no "
            "sensor can feed it: export it without live=True, and send it its inputs over the link"
        )


def application_of(program):
    """The Application that a program is: itself, or one that only runs a model, given its bytes."""
    return program if isinstance(program, Application) else Application(program)


def header_for(application):
    """The C header by which main.c knows the application, `program_application.h`; a str."""
    header, table = "application.h", "NULL"
    if application.header is not None:
        header, table = application.header, f"&{application.table}"
    return (
        f'#include "{header}"\n\n'
        f"static const tm_application *const program_application = {table};\n"
    )
