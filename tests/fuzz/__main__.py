"""Feeds the readers of cards and of central's answers with rubbish: `python -m tests.fuzz card|central [inputs] [seed]`.

Input `n` of a seed is the same every time: `python -m tests.fuzz card 1 7 --from 4711` plays one again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.fuzz.run import READERS, Broken, feed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="rubbish for the readers")
    parser.add_argument("reader", choices=sorted(READERS))
    parser.add_argument("inputs", nargs="?", type=int, default=100_000)
    parser.add_argument("seed", nargs="?", default="1")
    parser.add_argument("--from", dest="first", type=int, default=0)
    options = parser.parse_args()
    began = time.perf_counter()
    ends: Counter[str] = Counter()
    try:
        ends = feed(options.reader, options.seed, options.first, options.inputs)
    except Broken as broken:
        sys.exit(f"BROKEN {broken}")
    seconds = time.perf_counter() - began
    for end, count in ends.most_common():
        print(f"{count:10}  {end}")
    print(f"{options.inputs} inputs, nothing broken, {options.inputs / seconds:.0f} inputs/s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
