"""What talks to a node's board: hours out, what became of them back, and what the gateway says."""

from tinyml_helpers.applications import stream
from tinyml_helpers.applications.fields.node import check_answer

#: Type of the message with a gateway's answer; that of field.h.
GATEWAY = 17


class Client(stream.Client):
    """A node on a board, over a link: a `stream.Client`."""

    def heard(self, answer):
        """Tell what the gateway answered to the last hour's frame.

        Args:
            answer: bytes, up to 16; what is no answer to that frame changes nothing.

        Raises:
            ValueError: it is too long.
            link.BoardError: the board isn't started; most likely it was reset.
            link.NoAnswer, link.PortError: see there.
        """
        self._link.ask(GATEWAY, check_answer(answer), (0,))


class CountingClient(stream.CountingClient):
    """A `Client` of an emulated board: its hours have what they cost."""

    def heard(self, answer):
        """Tell what the gateway answered; as the client's."""
        self._client.heard(answer)
