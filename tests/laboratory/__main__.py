"""`python -m laboratory module:function`: a laboratory in a process of its own.

Prints its port, then serves until its standard input ends, so that it never outlives the test.
"""

import argparse
import contextlib
import pkgutil
import sys

from laboratory.prompt import Answer
from laboratory.server import Laboratory


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser(prog="python -m laboratory", description=__doc__)
    parser.add_argument("answer", help="the answering function, as module:function")
    parser.add_argument("--latency-s", type=float, default=0.0, help="seconds that an answer takes")
    arguments = parser.parse_args()
    answer: Answer = pkgutil.resolve_name(arguments.answer)
    with Laboratory(answer, latency_s=arguments.latency_s) as laboratory:
        sys.stdout.write(f"{laboratory.port}\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            sys.stdin.read()


if __name__ == "__main__":
    main()
