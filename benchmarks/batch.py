"""How fast `grader batch` is, and how much memory it takes: `python benchmarks/batch.py [--rows 1000]` (extra `parity`).

In one run, one after the other and repeated: the usual way on sentence-transformers (benchmarks/peers/naive_batch.py),
`grader batch` without the judge, with it, and with each engine; all answers and sentences are different and caches
cold. Prints ratios of the time without start-up. Then a file that repeats few answers, which measures input, output and
memory only.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from answers import write_different, write_repeats


def batch(source: Path, *options: str) -> tuple[float, float]:
    """Return seconds and peak MiB of one `grader batch`; of the process itself, without its worker processes."""
    with tempfile.TemporaryDirectory() as cache:
        output = source.with_suffix(".graded.csv")
        environment = {**os.environ, "GRADER_CACHE_DIR": cache, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "grader", "batch", str(source), "-o", str(output), "--overwrite", *options]
        started = time.perf_counter()
        with (Path(cache) / "messages").open("w+", encoding="utf-8") as messages:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=messages)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                messages.seek(0)
                sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{messages.read()}")
        return seconds, usage.ru_maxrss / 1024


def naive(source: Path) -> float:
    """Return the seconds of the usual way, without start-up."""
    peer = ROOT / "benchmarks" / "peers" / "naive_batch.py"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(peer), str(source)], capture_output=True, check=True, text=True
    )
    return float(done.stdout.split()[-2])


def main() -> None:
    """Run and print."""
    sys.stdout.reconfigure(line_buffering=True)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1000, help="different answers")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--linear", type=int, nargs="*", default=[1000, 5000, 20_000], help="numbers of rows compared")
    parser.add_argument("--repeats", type=int, default=1_000_000, help="rows of the file of repeats")
    parser.add_argument("--without-judge", action="store_true")
    parser.add_argument("--without-naive", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _speed(Path(folder), args)
        _linear(Path(folder), args)
        source = Path(folder) / "repeats.csv"
        write_repeats(source, args.repeats)
        seconds, memory = batch(source, *["--no-judge"] * args.without_judge)
        print(f"{args.repeats:,} rows of 500 repeated answers (input, output and memory only): "
              f"{args.repeats / seconds:,.0f} rows/s, peak {memory:.0f} MiB")  # fmt: skip


def _speed(folder: Path, args: argparse.Namespace) -> None:
    source, empty = folder / "different.csv", folder / "empty.csv"
    write_different(source, args.rows)
    write_different(empty, 0)
    variants = {
        "threads, no judge": ["--no-judge"],
        "processes, no judge": ["--no-judge", "--engine", "processes"],
        "one worker, no judge": ["--no-judge", "--workers", "1"],
    }
    if not args.without_judge:
        variants |= {"threads": [], "processes": ["--engine", "processes"]}
    taken: dict[str, list[float]] = {"sentence-transformers": [], **{name: [] for name in variants}}
    for _ in range(args.runs):
        if not args.without_naive:
            taken["sentence-transformers"].append(naive(source))
        for name, options in variants.items():
            # A file without rows takes what start-up takes.
            taken[name].append(batch(source, *options)[0] - batch(empty, *options)[0])
    for name, seconds in taken.items():
        if not seconds:
            continue
        line = f"{name}: {args.rows / statistics.median(seconds):.1f} answers/s"
        if taken["sentence-transformers"]:
            ratios = [a / b for a, b in zip(taken["sentence-transformers"], seconds, strict=True)]
            line += f", {statistics.median(ratios):.2f} times sentence-transformers"
        print(line)


def _linear(folder: Path, args: argparse.Namespace) -> None:
    for count in args.linear:
        source = folder / f"linear{count}.csv"
        write_different(source, count)
        seconds, memory = batch(source, "--no-judge")
        print(f"{count:,} different answers, no judge: {count / seconds:.1f}/s with start-up, peak {memory:.0f} MiB")


if __name__ == "__main__":
    main()
