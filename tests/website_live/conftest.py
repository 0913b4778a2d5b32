"""What tests of the live pages share: the pages, built once."""

import live_pages
import pytest


@pytest.fixture(scope="session")
def live(tmp_path_factory):
    """The folder of the built pages."""
    return live_pages.build(tmp_path_factory.mktemp("site") / "live")
