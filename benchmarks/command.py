"""What the large benchmarks share as commands: --json, --quick, and errors in a sentence."""

import argparse
import json
import sys

from tinyml_helpers.quiet import quiet


def parser(description):
    """An argparse.ArgumentParser with --json and --quick, described by the docstring's first line.

    Args:
        description: the benchmark's docstring.
    """
    made = argparse.ArgumentParser(description=description.splitlines()[0])
    made.add_argument("--json", action="store_true", help="print JSON instead of text")
    made.add_argument(
        "--quick", action="store_true", help="a little of everything: says only that it runs"
    )
    return made


def run(options, measure, as_text):
    """Measures, and prints the figures; ends with a sentence if what was given won't do.

    Args:
        options: of `parser`, with the benchmark's own.
        measure: a function of the chosen options to figures, a dict that JSON can hold.
        as_text: a function of the figures to a str.
    """
    chosen = options.parse_args()
    try:
        with quiet():
            figures = measure(chosen)
    except (ValueError, OSError) as error:
        sys.exit(f"{options.prog}: {error}")
    print(json.dumps(figures, indent=2) if chosen.json else as_text(figures))
