"""The same job on Ray Data: the bytes of the other engines, also where a worker is killed (extra `ray`)."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from answer_files import HEADER, ROWS, write_csv

from grader import GraderError
from grader.batch.job import Job
from grader.batch.run import grade_file
from grader.batch.worker import EngineOptions, Recipe

pytestmark = [pytest.mark.ray, pytest.mark.filterwarnings("default")]

ANSWERS = [
    (
        f"c{n}",
        ("q1", "q24")[n % 2],
        f"Answer {n // 3}: text becomes tokens,\nand each gets an id; the scores are scaled.",
    )
    for n in range(400)
]
MANY = [
    (f"m{n}", "q24", f"Answer {n}: it measures how similar a query and a key are, number {n}.") for n in range(1500)
]


@pytest.fixture
def run(tmp_path):
    """Grade a file without the judge, on an engine."""

    def start(source: Path, name: str, engine: EngineOptions, **options):
        output = tmp_path / name
        summary = grade_file(Job(str(source), str(output), **options), Recipe(judge=False, cache=False), engine=engine)
        return summary, output.read_bytes()

    return start


@pytest.fixture
def plain(tmp_path, run):
    """A file of answers with repeats and faults, and what threads make of it."""
    source = write_csv(tmp_path / "in.csv", [*ANSWERS, ("dee", "nope", "An answer to nothing."), *ROWS])
    return source, *run(source, "threads.csv", EngineOptions(workers=2))


def processes(titled) -> set[int]:
    """Return the ids of the processes whose command line passes a test."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            title = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
        except OSError:
            continue
        if titled(title):
            found.add(int(entry.name))
    return found


def workers_of(parent: int) -> list[int]:
    """Return the process ids of the Ray workers that grade, among all descendants of a process."""
    return [
        found for found in processes(lambda title: title.startswith(b"ray::MapWorker")) if parent in _ancestors(found)
    ]


def nodes() -> set[int]:
    """Return the process ids that stand for Ray's nodes on this machine."""
    return processes(lambda title: title.split(b"\0")[0].endswith(b"/raylet"))


def when_some_rows_are_back(partial: Path, then) -> threading.Thread:
    """Do something in the middle of a run: rows have come back, and most of the file is still to be graded."""

    def wait():
        while not (partial.exists() and partial.stat().st_size > 1000):
            time.sleep(0.02)
        then()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread


def _ancestors(process: int) -> set[int]:
    found = set()
    while process > 1:
        try:
            process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            break
        found.add(process)
    return found


@pytest.mark.parametrize("workers", [1, 2])
def test_the_bytes_are_those_of_threads(plain, run, workers):
    source, summary, expected = plain
    found, written = run(source, f"ray{workers}.csv", EngineOptions("ray", workers))
    assert written == expected
    assert (found.rows, found.failed) == (summary.rows, summary.failed) == (405, 1)


def test_several_datasets_make_one_output(plain, run, monkeypatch):
    from grader.batch import ray_data

    monkeypatch.setattr(ray_data, "_ROWS", 150)
    source, _, expected = plain
    assert run(source, "ray.csv", EngineOptions("ray", 2))[1] == expected


def test_a_killed_worker_costs_nothing(tmp_path, run):
    source = write_csv(tmp_path / "many.csv", MANY)
    expected = run(source, "threads.csv", EngineOptions(workers=2))[1]
    partial, killed = tmp_path / "ray.csv.partial", []

    def kill():
        for worker in workers_of(os.getpid())[:1]:
            os.kill(worker, signal.SIGKILL)
            killed.append((worker, partial.exists()))

    chaos = when_some_rows_are_back(partial, kill)
    written = run(source, "ray.csv", EngineOptions("ray", 2))[1]
    chaos.join(1)
    assert [there for _, there in killed] == [True]
    assert written == expected


def test_a_killed_run_goes_on(tmp_path, run):
    source = write_csv(tmp_path / "many.csv", MANY)
    expected = run(source, "threads.csv", EngineOptions(workers=2))[1]
    output = tmp_path / "ray.csv"
    command = [sys.executable, "-m", "grader", "batch", str(source), "-o", str(output), "--no-judge", "--no-cache"]
    first = subprocess.Popen([*command, "--engine", "ray", "--workers", "1"], stderr=subprocess.DEVNULL)
    journal = Path(f"{output}.journal")
    while first.poll() is None and not (journal.exists() and json.loads(journal.read_bytes())["rows"]):
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert not output.exists()
    # What is begun on a cluster can be ended on a laptop.
    again = subprocess.run([*command, "--resume"], capture_output=True, text=True, check=False)
    assert (again.returncode, "by an earlier run" in again.stderr) == (0, True), again.stderr
    assert output.read_bytes() == expected


@pytest.fixture
def cluster(monkeypatch):
    """The address of a Ray cluster of two nodes with one core each, as `ray start` makes them, and the second one's id."""
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("ray")), "start", "--num-cpus=1", "--disable-usage-stats"]
    head = [*command, "--head", "--node-ip-address=127.0.0.1", f"--port={port}", "--include-dashboard=false"]
    subprocess.run(head, check=True, capture_output=True, timeout=120)
    first = nodes()
    subprocess.run([*command, f"--address=127.0.0.1:{port}"], check=True, capture_output=True, timeout=120)
    yield f"127.0.0.1:{port}", (nodes() - first).pop()
    subprocess.run([command[0], "stop", "--force"], check=False, capture_output=True, timeout=60)


def on_cluster(source: Path, output: Path, address: str) -> bytes:
    """Grade in a process of its own: Ray keeps the token of the first cluster that a process has seen."""
    command = [sys.executable, "-m", "grader", "batch", str(source), "-o", str(output), "--no-judge", "--no-cache"]
    done = subprocess.run(
        [*command, "--engine", "ray", "--workers", "2", "--address", address],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 3}, done.stderr
    return output.read_bytes()


def test_a_cluster_of_two_nodes(tmp_path, plain, cluster):
    source, _, expected = plain
    assert on_cluster(source, tmp_path / "cluster.csv", cluster[0]) == expected


def test_a_lost_node_costs_nothing(tmp_path, run, cluster):
    source = write_csv(tmp_path / "many.csv", MANY[:600])
    expected = run(source, "threads.csv", EngineOptions(workers=2))[1]
    address, second = cluster
    chaos = when_some_rows_are_back(tmp_path / "ray.csv.partial", lambda: os.kill(second, signal.SIGKILL))
    written = on_cluster(source, tmp_path / "ray.csv", address)
    chaos.join(1)
    assert second not in nodes()
    assert written == expected


def test_a_cluster_that_is_not_there(plain, run):
    with pytest.raises(GraderError, match=r"no Ray cluster at 127\.0\.0\.1:1"):
        run(plain[0], "none.csv", EngineOptions("ray", 1, "127.0.0.1:1"))


def test_a_worker_that_cannot_start_says_why(plain, run, monkeypatch):
    from grader.batch import ray_data

    monkeypatch.setattr(ray_data, "fingerprint", lambda _: ("another bank", []))
    with pytest.raises(GraderError, match="another version, bank or model"):
        run(plain[0], "none.csv", EngineOptions("ray", 1))


def test_the_judge_too(tmp_path):
    source = write_csv(tmp_path / "in.csv")
    written = []
    for name in ("threads", "ray"):
        output = tmp_path / f"{name}.jsonl"
        grade_file(Job(str(source), str(output)), Recipe(cache=False), engine=EngineOptions(name, 1))
        written.append(output.read_bytes())
    assert written[0] == written[1]


def test_header_only(tmp_path, run):
    source = write_csv(tmp_path / "empty.csv", [], HEADER)
    summary, written = run(source, "empty_out.csv", EngineOptions("ray", 1))
    assert summary.rows == 0
    assert written.startswith(b"id,")
