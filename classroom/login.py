"""Lets in whoever the file of names knows, by their password."""

import asyncio
import hmac
from pathlib import Path

from jupyterhub.auth import Authenticator
from traitlets import Unicode

from classroom import names
from tinyml_helpers.course.explaining import Stop

#: Seconds to wait after a wrong password: nobody tries many.
_WAIT = 1


class FromFile(Authenticator):
    """The file is read at each login: who is added to it may come in at once.

    Traits:
        file: its path.
    """

    file = Unicode(config=True)

    async def authenticate(self, handler, data):
        """The user's name, or None where name or password is wrong."""
        name, given = data["username"].strip().lower(), data["password"].strip()
        try:
            known = names.read(Path(self.file))
        except Stop as reason:  # being edited, maybe: nobody comes in until it can be read
            self.log.error("%s", reason)
            return None
        wanted = known.get(name)
        # Compared in the same time whatever is wrong.
        right = hmac.compare_digest(given.encode(), (wanted or "no such name").encode())
        if wanted and right:
            return name
        await asyncio.sleep(_WAIT)
        return None
