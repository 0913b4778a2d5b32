"""What the widgets share that have a browser side of their own."""

from pathlib import Path

import anywidget

_FOLDER = Path(__file__).parent


def browser_code(*names):
    """The JavaScript of such a widget: what all share (make.js, panel.js), then its own.

    Args:
        names: of files besides that one, such as "recorder.js"; the last one exports the widget.
    """
    files = [_FOLDER / name for name in ("make.js", "panel.js", *names)]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def styles(*names):
    """The style sheets of a widget, one behind the other."""
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


class Panel(anywidget.AnyWidget):
    """A widget whose browser side asks questions: each message gets one answer.

    A subclass says what to answer in `answer`. Sound and pictures travel as buffers of messages,
    since a trait would keep them and send them again with every new view.
    """

    _css = styles("panel.css", "stage.css")

    def __init__(self, **traits):
        super().__init__(**traits)
        self.on_msg(self._on_message)

    def answer(self, message, buffers):
        """Answer the browser.

        Args:
            message: dict, with "kind".
            buffers: list of memoryview.

        Returns:
            (dict, list of arrays).

        Raises:
            ValueError, OSError: what the panel shows as it is.
        """
        raise NotImplementedError

    def _on_message(self, _widget, message, buffers):
        # An exception in a callback would end in the browser's log, where no student looks.
        try:
            answer, arrays = self.answer(message, buffers)
        except (ValueError, OSError) as error:
            answer, arrays = {"error": str(error)}, []
        except Exception as error:
            answer, arrays = {"error": f"{type(error).__name__}: {error}"}, []
        self.send({"ticket": message["ticket"], **answer}, [array.tobytes() for array in arrays])
