"""Stands where a widget's browser side does: asks a `panel.Panel`, and takes its answer."""


class Browser:
    def __init__(self, panel):
        self.panel, self.answers = panel, []
        panel.send = lambda content, buffers: self.answers.append((content, buffers))

    def ask(self, kind, *buffers, **content):
        """The answer to a message: a dict, and a list of bytes."""
        message = {"kind": kind, "ticket": "1", **content}
        self.panel._handle_custom_msg(message, [memoryview(data) for data in buffers])
        answer, sent = self.answers.pop()
        assert answer.pop("ticket") == "1" and self.answers == []
        return answer, sent
