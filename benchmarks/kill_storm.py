"""Kills one batch again and again and compares its output with that of an undisturbed run: `python benchmarks/kill_storm.py`.

Every kill is a SIGKILL at a random moment; then the run goes on with --resume. Exits with 1 where the bytes differ.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from answers import write_different


def main() -> None:
    """Run and print."""
    sys.stdout.reconfigure(line_buffering=True)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--longest", type=float, default=4.0, help="longest life of a run in seconds")
    parser.add_argument("--ending", default="csv", choices=["csv", "jsonl", "xlsx", "parquet"])
    parser.add_argument("--engine", default="threads")
    parser.add_argument("--no-judge", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    chance = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.csv"
        write_different(source, args.rows)
        output, whole = (Path(folder) / f"{name}.{args.ending}" for name in ("out", "whole"))
        command = [sys.executable, "-m", "grader", "batch", str(source), "--engine", args.engine]
        command += ["--no-judge"] * args.no_judge
        subprocess.run([*command, "-o", str(whole)], check=True, cwd=ROOT, stderr=subprocess.DEVNULL)
        kills = 0
        for _ in range(args.kills):
            run = subprocess.Popen([*command, "-o", str(output), "--resume"], cwd=ROOT, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0.05, args.longest))
            if run.poll() is not None:
                break
            run.send_signal(signal.SIGKILL)
            run.wait()
            kills += 1
        done = subprocess.run([*command, "-o", str(output), "--resume"], cwd=ROOT, check=False)
        same = done.returncode == 0 and output.read_bytes() == whole.read_bytes()
        left = sorted(path.name for path in Path(folder).iterdir())
        print(f"{kills} kills, {args.rows} rows: {'the same bytes' if same else 'DIFFERENT'}; files: {', '.join(left)}")
    if not same:
        sys.exit(1)


if __name__ == "__main__":
    main()
