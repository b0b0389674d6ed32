"""Size and time to first view of reports: `python benchmarks/report.py [--runs 3] [--sizes 10 1000 10000]`.

Needs the extra `browser` and Chromium ($CHROMIUM, else /usr/bin/chromium). Marked answers are graded once without the
judge and repeated under other names: 50 questions for each candidate.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
MARKED = ROOT / "benchmarks" / "data" / "choosing.jsonl"
# First paint, first view complete, texts complete: milliseconds since the page was asked for.
TIMES = """() => ["first-contentful-paint", "first-view", "complete"].map(
  name => performance.getEntriesByName(name)[0]?.startTime ?? NaN)"""


def grade(path: Path) -> None:
    """Grade the marked answers."""
    from grader import Grader

    grader = Grader(judge=None)
    marked = [json.loads(line) for line in MARKED.read_text(encoding="utf-8").splitlines()]
    grades = [grader.grade(item["question"], item["answer"]) for item in marked]
    path.write_text("".join(grade.model_dump_json() + "\n" for grade in grades), encoding="utf-8")


def graded(path: Path) -> list[dict]:
    """Return the grades, from `path` where they were made before."""
    if not path.exists():
        # In a process of its own: the memory of this one would count as that of the processes it starts.
        grading = multiprocessing.get_context("spawn").Process(target=grade, args=(path,))
        grading.start()
        grading.join()
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(path: Path, grades: list[dict], count: int) -> None:
    """Write so many lines as `grader batch` does; every tenth is to be reviewed."""
    with path.open("w", encoding="utf-8") as file:
        for number, grade in zip(range(count), itertools.cycle(grades)):
            review = {"needs_review": True, "review_reasons": ["low confidence (0.52)"]} if number % 10 == 0 else {}
            around = {"id": f"a{number}", "candidate": f"Candidate {number // 50 + 1}"}
            file.write(json.dumps({**around, **grade, **review, "extra": {}}, ensure_ascii=False) + "\n")


def main() -> None:
    """Run and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 1000, 10_000])
    parser.add_argument("--grades", type=Path, help="keep the grades here between runs")
    parser.add_argument("--sizes-only", action="store_true", help="open no browser")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        grades = graded(args.grades or work / "grades.jsonl")
        pages = {}
        print("| answers | page, KiB | written in, s | peak memory, MiB |\n| --- | --- | --- | --- |")
        for count in args.sizes:
            source, target = work / f"{count}.jsonl", work / f"{count}.html"
            write(source, grades, count)
            started = time.perf_counter()
            command = [sys.executable, "-m", "grader", "report", str(source), "-o", str(target)]
            process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            if status:
                sys.exit(f"{command} failed")
            taken, peak = time.perf_counter() - started, usage.ru_maxrss / 1024
            pages[count] = target
            print(f"| {count:,} | {target.stat().st_size / 1024:,.0f} | {taken:.1f} | {peak:.0f} |", flush=True)
        if not args.sizes_only:
            browse(pages, args.runs)


def browse(pages: dict[int, Path], runs: int) -> None:
    """Open the pages and print medians."""
    from playwright.sync_api import sync_playwright

    print("\n| answers | first paint, ms | first view ready, ms | all texts there, ms |\n| --- | --- | --- | --- |")
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"], timeout=0)
        for count, page_file in pages.items():
            rows = []
            for _ in range(runs):
                page = browser.new_page()
                page.set_default_timeout(0)
                page.goto(f"file://{page_file}")
                page.wait_for_timeout(500)
                rows.append(page.evaluate(TIMES))
                page.close()
            shown = " | ".join(f"{statistics.median(column):,.0f}" for column in zip(*rows, strict=True))
            print(f"| {count:,} | {shown} |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
