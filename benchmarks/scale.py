"""How `grader batch --engine ray` does beside threads: `python benchmarks/scale.py [--rows 600] [--runs 3]` (extra `ray`).

In one run, alternating and repeated: threads, Ray with one worker and with two, each over many different answers and
over few. The difference of the two gives the rate, what is left the fixed cost. Prints medians, and the rate of two workers as a
share of twice the rate of one.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from answers import write_different
from batch import batch

FEW = 20
VARIANTS = {
    "threads": [],
    "ray, one worker": ["--engine", "ray", "--workers", "1"],
    "ray, two workers": ["--engine", "ray", "--workers", "2"],
}


def main() -> None:
    """Run and print."""
    sys.stdout.reconfigure(line_buffering=True)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--without-judge", action="store_true")
    args = parser.parse_args()
    options = ["--no-judge"] * args.without_judge
    rates: dict[str, list[float]] = {name: [] for name in VARIANTS}
    fixed: dict[str, list[float]] = {name: [] for name in VARIANTS}
    with tempfile.TemporaryDirectory() as folder:
        many, few = Path(folder) / "many.csv", Path(folder) / "few.csv"
        write_different(many, args.rows)
        write_different(few, FEW)
        for _ in range(args.runs):
            for name, engine in VARIANTS.items():
                long, short = (batch(source, *options, *engine)[0] for source in (many, few))
                rates[name].append((args.rows - FEW) / (long - short))
                fixed[name].append(short - FEW / rates[name][-1])
    for name in VARIANTS:
        low, high = min(rates[name]), max(rates[name])
        print(f"{name}: {statistics.median(rates[name]):.1f} answers/s ({low:.1f} to {high:.1f}), "
              f"{statistics.median(fixed[name]):.1f} s fixed")  # fmt: skip
    pairs = zip(rates["ray, two workers"], rates["ray, one worker"], strict=True)
    print(f"efficiency of two workers: {statistics.median(two / (2 * one) for two, one in pairs):.2f}")


if __name__ == "__main__":
    main()
