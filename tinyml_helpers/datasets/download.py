"""One file over an unreliable network: what has arrived is kept, and the next try adds to it."""

import functools
import http.client
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

#: Seconds without a byte after which a server counts as stalled.
TIMEOUT = 30
#: Seconds to wait before each further try after one that brought nothing new.
PAUSES = (1, 3)


class DownloadError(RuntimeError):
    """A data set couldn't be fetched; the message is one sentence: what happened, what to do."""


class OfflineError(DownloadError):
    """The server couldn't be reached at all: most likely there is no network."""


@dataclass(frozen=True)
class Archive:
    """One file to download, and to unpack if it is a .zip or .tar file.

    Attributes:
        url: its official address.
        sha256: its published SHA-256, 64 hex digits.
        size_bytes: its exact size in bytes; None where nobody publishes that, and the server's
            word counts.
        unpacked_bytes: an upper bound of what it unpacks to, in bytes; more is refused.
        called: the file's name, where the address doesn't end in it.
        elsewhere: another official address of the same file, asked if the first one refuses it.
    """

    url: str
    sha256: str
    size_bytes: int | None
    unpacked_bytes: int
    called: str | None = None
    elsewhere: str | None = None

    @property
    def file_name(self):
        return self.called or self.url.rsplit("/", 1)[-1]


def download(name, archive, folder, progress=True):
    """Bring an archive's file into a folder, unless it is there already, and check its SHA-256.

    Only one program at a time may do this for one folder. What has arrived when it stops, for
    whatever reason, stays in `<file>.part`, and the next call goes on from there.

    Args:
        name: the data set's name, for messages and the progress bar.
        archive: an Archive.
        folder: where to, a Path.
        progress: whether to draw a progress bar on stderr.

    Returns:
        The file's Path.

    Raises:
        OfflineError: the server can't be reached.
        DownloadError: the server has no such file, or another one, or it stopped sending.
        OSError: the folder can't be written.
    """
    import pooch

    pooch.get_logger().setLevel("WARNING")  # it would announce each download on stderr
    try:
        file = pooch.retrieve(
            archive.url,
            f"sha256:{archive.sha256}",
            fname=archive.file_name,
            path=folder,
            downloader=_Resuming(name, archive, folder, progress),
        )
    except ValueError as error:  # a wrong hash; pooch has deleted the file
        raise DownloadError(
            f"{archive.file_name} arrived, but it isn't the published file (its SHA-256 differs), "
            "so it was deleted: run this again; if it happens twice, the file has been changed"
        ) from error
    return Path(file)


class _Resuming:
    """A downloader for `pooch.retrieve` that goes on where an earlier one stopped.

    It asks again while bytes keep coming, and gives up after `PAUSES` tries that brought none.
    """

    def __init__(self, name, archive, folder, progress):
        self.name = name
        self.archive = archive
        self.url = archive.url
        self.size = archive.size_bytes
        self.part = folder / f"{archive.file_name}.part"
        self.progress = progress
        self.reached = False

    @property
    def host(self):
        return urllib.parse.urlsplit(self.url).hostname

    def __call__(self, url, output_file, _pooch):
        from tqdm import tqdm

        if self._have() > (self.size or self.archive.unpacked_bytes):
            self.part.unlink()
        most, fruitless = self._have(), 0
        with tqdm(
            desc=self.name,
            total=self.size,
            initial=most,
            unit="B",
            unit_scale=True,
            disable=not self.progress,
            delay=0.1,  # no bar for a download that never begins
        ) as bar:
            while self.size is None or self._have() < self.size:
                self._receive(bar)
                if self._have() > most:
                    most, fruitless = self._have(), 0
                    continue
                if fruitless == len(PAUSES):
                    of_all = f" of {self.size / 1e6:,.1f}" if self.size else ""
                    raise DownloadError(
                        f"the download of {self.name} stopped at {self._have() / 1e6:,.1f}{of_all} "
                        f"MB, as {self.host} sends no more: run this again later, and it "
                        "goes on from there"
                    )
                time.sleep(PAUSES[fruitless])
                fruitless += 1
        self.part.replace(output_file)

    def _have(self):
        """How many bytes have arrived, in this call and in earlier ones."""
        return self.part.stat().st_size if self.part.exists() else 0

    def _receive(self, bar):
        """Ask for what is missing and append what comes until the connection ends, however."""
        have = self._have()
        response = self._ask(have)
        if response is None:
            return
        with response:
            resumed = response.status == http.HTTPStatus.PARTIAL_CONTENT
            first, total = _offer(response.headers, resumed)
            if self.size is None and total and total <= self.archive.unpacked_bytes:
                self.size = bar.total = total
            if self.size is None or total not in (None, self.size):
                sent = "an unsaid number of" if total is None else f"{total:,}"
                wanted = f"{self.size:,}" if self.size else f"1 to {self.archive.unpacked_bytes:,}"
                self._refused(
                    f"what {self.host} sends isn't the published {self.archive.file_name} "
                    f"({sent} bytes, not {wanted}): a login page of the network may be in the way, "
                    "or the file has been changed"
                )
                return
            if resumed and first != have:  # an answer to another question: start over
                self.part.unlink()
                return
            if not resumed:  # the server ignores ranges and sends it all
                have = 0
            bar.n = have
            with self.part.open("ab" if resumed else "wb") as file:
                while have < self.size and (piece := _read(response)):
                    file.write(piece)
                    have += len(piece)
                    bar.update(len(piece))

    def _ask(self, have):
        """Request the bytes from number `have` on; None if no answer came."""
        request = urllib.request.Request(self.url)
        request.add_header("User-Agent", "tinyml-workbook")
        if have:
            request.add_header("Range", f"bytes={have}-")
        try:
            response = urllib.request.urlopen(request, timeout=TIMEOUT, context=_certificates())
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and have:
                self.part.unlink()  # no piece of what the server has: start over
                return None
            self.reached = True
            self._refused(self._not_handed_out(error.code, error.reason), error)
            return None
        except urllib.error.URLError as error:
            if self.reached:
                return None
            why = getattr(error.reason, "strerror", None) or error.reason
            raise OfflineError(
                f"{self.name} is not downloaded yet and {self.host} can't be reached "
                f"({why}): connect to the internet and run this again"
            ) from error
        except (OSError, http.client.HTTPException):
            return None
        self.reached = True
        if response.status not in (http.HTTPStatus.OK, http.HTTPStatus.PARTIAL_CONTENT):
            response.close()  # such as 202, with a riddle for a browser in place of the file
            self._refused(self._not_handed_out(response.status, response.reason))
            return None
        return response

    def _not_handed_out(self, code, reason):
        return (
            f"{self.host} doesn't hand out {self.archive.file_name} (HTTP {code}, {reason}): run "
            "this again later; if that doesn't help, the file has moved"
        )

    def _refused(self, message, error=None):
        """Go on at the file's other address, if there is one that wasn't asked; else raise."""
        if self.archive.elsewhere in (None, self.url):
            raise DownloadError(message) from error
        self.url = self.archive.elsewhere


def _read(response):
    """The next bytes of a response; none where it ended, broke off or stalled."""
    try:
        return response.read1(1 << 16)
    except (OSError, http.client.HTTPException):
        return b""


def _offer(headers, resumed):
    """The number of a response's first byte, and the whole file's length; None where unsaid."""
    if not resumed:
        length = headers.get("Content-Length", "")
        return 0, int(length) if length.isdigit() else None
    bounds, _, total = headers.get("Content-Range", "").removeprefix("bytes ").partition("/")
    first = bounds.partition("-")[0]
    return int(first) if first.isdigit() else None, int(total) if total.isdigit() else None


@functools.cache
def _certificates():
    """Trust whom this system trusts and, as Python on macOS may trust no one, whom certifi does."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
