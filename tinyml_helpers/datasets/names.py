"""Names that people choose for files and folders, safe on every system."""

import unicodedata

from tinyml_helpers.datasets.unpack import ArchiveError, member_path

_LONGEST = 40


def plain_name(name, what, signs):
    """A name that is safe as a file's or folder's, its accents joined to their letters.

    Args:
        name: str.
        what: what it is the name of, for the message.
        signs: allowed characters besides letters and digits -> what the message calls them.

    Returns:
        The name in Unicode's composed form (NFC).

    Raises:
        ValueError: it isn't safe; the message says what is.
    """
    name = unicodedata.normalize("NFC", name)
    fine = 0 < len(name) <= _LONGEST and all(
        character in signs or unicodedata.category(character)[0] in "LMN" for character in name
    )
    try:
        member_path(name)
    except ArchiveError:  # a device of Windows, such as "con"
        fine = False
    if not fine:
        *most, last = ["letters", "digits", *signs.values()]
        raise ValueError(
            f"{name!r} can't be the name of a {what}: use {', '.join(most)} and {last}, at most "
            f"{_LONGEST}"
        )
    return name
