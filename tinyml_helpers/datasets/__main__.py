"""`python -m tinyml_helpers.datasets [NAME]`: list the data sets, or fetch one.

Exits with 0 if all went well, 1 if the data set couldn't be fetched, 2 if there is no such one,
130 if it was interrupted.
"""

import argparse
import sys

from tinyml_helpers.datasets import ArchiveError, DownloadError
from tinyml_helpers.datasets.catalogue import fetch, get, table


def main(arguments=None):
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tinyml_helpers.datasets", description="List the data sets, or fetch one."
    )
    parser.add_argument("name", nargs="?", help="the data set to fetch")
    name = parser.parse_args(arguments).name
    try:
        if name is None:
            print(table())
            return 0
        dataset = get(name)
    except DownloadError as error:
        print(error, file=sys.stderr)
        return 1
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        path = fetch(name)
    except (DownloadError, ArchiveError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\n{name}: stopped; run this again, and it goes on from there", file=sys.stderr)
        return 130
    if dataset.ships_with:
        print(f"{name} needs no download: it ships with {dataset.ships_with[0]}, as {path}")
    else:
        print(f"{name} is in {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
