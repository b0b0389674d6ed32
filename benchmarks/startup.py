"""How long `grader answer` takes as a fresh process: `python benchmarks/startup.py [--runs 15]` (extra `parity`).

Alternates the command with a process of bare imports and with the same grading written the usual way on
sentence-transformers, and prints medians of the ratios, the peak memory, and how often the models read an answer.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
ANSWER = (
    "The dot product of a query with a key says how similar the two vectors are. Pairs with a high score get a larger "
    "weight after the softmax, so the token pays more attention to them. Every score is first divided by the square "
    "root of the key dimension, otherwise large values would saturate the softmax and gradients would vanish."
)
# Modules are compiled once and kept, as an installed package's are.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
COMMANDS = {
    "imports": [sys.executable, str(ROOT / "benchmarks" / "peers" / "imports.py")],
    "grader": [sys.executable, "-m", "grader", "answer", "q24", ANSWER],
    "naive": [sys.executable, str(ROOT / "benchmarks" / "peers" / "naive.py"), "q24", ANSWER],
}


def run(command: list[str]) -> tuple[float, float]:
    """Return seconds and peak MiB of one process."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, env=ENVIRONMENT)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command} failed")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def passes() -> float:
    """Return tokens read by both models for one warm grade divided by the tokens of the answer."""
    from grader import Grader
    from grader.models.onnx import OnnxEncoder
    from grader.models.packed import PackedJudge

    read = 0

    class CountingEncoder(OnnxEncoder):
        def encode(self, texts):  # noqa: ANN001, ANN202
            nonlocal read
            read += sum(len(self.tokenizer.encode(t).ids) for t in texts)
            return super().encode(texts)

    class CountingJudge(PackedJudge):
        def _run(self, ids, feed):  # noqa: ANN001, ANN202
            nonlocal read
            read += len(ids)
            return super()._run(ids, feed)

    encoder = CountingEncoder()
    grader = Grader(encoder=encoder, judge=CountingJudge(encoder=lambda: encoder))
    grader.grade("q24", ANSWER)
    read = 0
    grader.grade("q24", ANSWER)
    return read / len(encoder.tokenizer.encode(ANSWER, add_special_tokens=False).ids)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--without-naive", action="store_true")
    args = parser.parse_args()
    names = [name for name in COMMANDS if not (args.without_naive and name == "naive")]
    for name in names:
        run(COMMANDS[name])
    taken: dict[str, list[float]] = {name: [] for name in names}
    memory = 0.0
    for _ in range(args.runs):
        for name in names:
            seconds, peak = run(COMMANDS[name])
            taken[name].append(seconds)
            memory = max(memory, peak) if name == "grader" else memory
    ratio = statistics.median(a / b for a, b in zip(taken["grader"], taken["imports"], strict=True))
    print(f"grader answer / bare imports: {ratio:.2f} (median of {args.runs})")
    if "naive" in taken:
        ratio = statistics.median(a / b for a, b in zip(taken["naive"], taken["grader"], strict=True))
        print(f"sentence-transformers / grader answer: {ratio:.1f}")
    print("seconds:", {name: round(statistics.median(values), 3) for name, values in taken.items()})
    print(f"peak memory of grader answer: {memory:.0f} MiB")
    print(f"passes over the answer by both models, warm: {passes():.2f}")


if __name__ == "__main__":
    main()
