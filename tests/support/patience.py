"""How long tests wait: a limit is there for what hangs, not for what is slow.

    process.wait(patience.seconds(60))
    assert done, patience.over(60)

conftest.py beside the lessons measures this computer's speed once, before the first test.
"""

import os

#: 1 for a program that uses the helpers of tests outside of pytest.
FACTOR = float(os.environ.get("TINYML_TEST_PATIENCE", 1))


def seconds(usual):
    """The seconds of a limit on this computer, where `usual` are generous on two idle cores."""
    return usual * FACTOR


def over(usual):
    """What to say where the limit of so many usual seconds was reached."""
    return (
        f"the limit of {seconds(usual):g} s was reached, {FACTOR:g} times the usual one by this "
        "computer's speed when the tests began"
    )
