"""A run that is killed goes on with --resume, and ends in the bytes of an undisturbed run."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from answer_files import HEADER, names_in, write_csv

import grader
from grader import InputError
from grader.batch import unfinished
from grader.batch.engine import Threads

MANY = [(f"c{n}", ("q1", "q24")[n % 2], f'Answer {n}: text becomes tokens, =a, "b",\nand ids.') for n in range(120)]
ENDINGS = ["csv", "jsonl", "xlsx", "parquet"]


class Killed(BaseException):
    """Stands for the end of the process: nothing but what is on the disk is left."""


@pytest.fixture
def kill_at(monkeypatch):
    """Make the next run stop when it appends its n-th row, as if killed: what is not safe yet is lost or half there."""

    def arrange(count, *, safe_every=10, half=True):
        append, save, seen = unfinished.Unfinished.append, unfinished.Unfinished.save, [0]

        def counted(self, content, *, rows=1):
            seen[0] += rows
            if seen[0] > count:
                self._file.write(content[: len(content) // 2] if half else content)
                self._file.flush()
                self.broken = True  # no journal on the way out
                raise Killed
            append(self, content, rows=rows)
            if rows and seen[0] % safe_every == 0:
                save(self, {})

        monkeypatch.setattr(unfinished.Unfinished, "append", counted)

    yield arrange
    monkeypatch.undo()


@pytest.fixture
def killed(grade, kill_at, tmp_path, monkeypatch):
    """A run that was killed after some rows."""

    def run(ending="csv", count=57, **options):
        source = write_csv(tmp_path / "in.csv", MANY)
        with monkeypatch.context():
            kill_at(count)
            with pytest.raises(Killed):
                grade(source, tmp_path / f"out.{ending}", **options)
        monkeypatch.undo()
        return source, tmp_path / f"out.{ending}"

    return run


def whole(grade, folder, ending):
    """The bytes of an undisturbed run."""
    output = folder / f"whole.{ending}"
    grade(write_csv(folder / "same.csv", MANY), output)
    return output.read_bytes()


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_killed_run_goes_on(grade, killed, tmp_path, ending):
    source, output = killed(ending)
    assert not output.exists()
    assert names_in(tmp_path) == ["in.csv", f"out.{ending}.journal", f"out.{ending}.partial"]
    summary = grade(source, output, resume=True)
    assert (summary.resumed, summary.graded) == (50, 70)  # the journal of this test counts rows only
    assert output.read_bytes() == whole(grade, tmp_path, ending)
    assert names_in(tmp_path) == ["in.csv", f"out.{ending}", "same.csv", f"whole.{ending}"]


def test_the_summary_is_of_the_whole_run(grade, tmp_path):
    source = write_csv(tmp_path / "in.csv", [*MANY[:20], ("x", "q99x", "words"), *MANY[20:]])
    with pytest.raises(InputError):
        grade(source, tmp_path / "out.csv", strict=True)
    assert json.loads((tmp_path / "out.csv.journal").read_text())["rows"] == 20
    summary = grade(source, tmp_path / "out.csv", resume=True)
    other = grade(source, tmp_path / "other.csv")
    assert (summary.resumed, summary.graded, summary.failed) == (20, 120, 1)
    summary.resumed = 0
    assert summary == other


def test_nothing_to_go_on_from(grade, tmp_path):
    grade(write_csv(tmp_path / "in.csv"), tmp_path / "out.csv", resume=True)
    assert names_in(tmp_path) == ["in.csv", "out.csv"]


@pytest.mark.parametrize("count", [0, 5])
def test_killed_before_the_first_safe_row(grade, killed, tmp_path, count):
    source, output = killed(count=count)
    grade(source, output)  # nothing would be lost: not even --resume is needed
    assert output.read_bytes() == whole(grade, tmp_path, "csv")


def test_a_finished_run_stays_as_it_is(grade, tmp_path):
    source, output = write_csv(tmp_path / "in.csv"), tmp_path / "out.csv"
    grade(source, output)
    before = output.stat()
    assert grade(source, output, resume=True) is None
    assert (output.stat().st_mtime_ns, output.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_unfinished_work_is_not_thrown_away(grade, killed, tmp_path):
    source, output = killed()
    with pytest.raises(InputError, match=r"50 rows of an unfinished run; go on with --resume or .*--overwrite"):
        grade(source, output)
    grade(source, output, overwrite=True)
    assert output.read_bytes() == whole(grade, tmp_path, "csv")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_killed_while_overwriting(grade, killed, tmp_path, ending):
    (tmp_path / f"out.{ending}").write_text("old")
    source, output = killed(ending, overwrite=True)
    assert output.read_text() == "old"
    grade(source, output, resume=True)
    assert output.read_bytes() == whole(grade, tmp_path, ending)


def test_an_output_that_appeared_meanwhile(grade, killed):
    source, output = killed()
    output.write_text("someone else's")
    with pytest.raises(InputError, match="exists already"):
        grade(source, output, resume=True)
    assert output.read_text() == "someone else's"


def test_other_inputs_banks_models_and_options_are_refused(grade, killed, recipe, tmp_path):
    source, output = killed()
    partial, journal = Path(f"{output}.partial"), Path(f"{output}.journal")
    for change, options in [
        ("other options", {"no_text": True}),
        ("other options", {"raw_csv": True}),
        ("other options", {"candidate": "answer"}),
        ("other options", {"encoding": "utf-8"}),
    ]:
        with pytest.raises(InputError, match=f"was made with {change}; give the same as before, or .*--overwrite"):
            grade(source, output, resume=True, **options)
    before = source.read_bytes()
    write_csv(source, MANY[:-1])
    with pytest.raises(InputError, match="was made with another input;"):
        grade(source, output, resume=True)
    source.write_bytes(before)
    kept = json.loads(journal.read_text())
    for key, part in [("bank", "another question bank"), ("grader", "other models, settings or versions")]:
        changed = {**kept, "made": {**kept["made"], key: "other"}}
        journal.write_text(json.dumps(changed))
        with pytest.raises(InputError, match=part):
            grade(source, output, resume=True)
    journal.write_text(json.dumps(kept))
    assert partial.stat().st_size > kept["offset"]
    grade(source, output, resume=True)
    assert output.read_bytes() == whole(grade, tmp_path, "csv")


def test_files_that_are_not_as_they_were_left(grade, killed):
    source, output = killed()
    partial, journal = Path(f"{output}.partial"), Path(f"{output}.journal")
    rows, kept = partial.read_bytes(), journal.read_bytes()
    for broken in (b"x" + rows[1:], rows[:40]):
        partial.write_bytes(broken)
        with pytest.raises(InputError, match="not as this run left it; start afresh with --overwrite"):
            grade(source, output, resume=True)
    partial.write_bytes(rows)
    for broken, part in [(b"{", "is damaged"), (b"[]", "is damaged"), (b'{"format": 0}', "another version")]:
        journal.write_bytes(broken)
        with pytest.raises(InputError, match=part):
            grade(source, output, resume=True)
    journal.unlink()
    with pytest.raises(InputError, match="without its journal"):
        grade(source, output, resume=True)
    journal.write_bytes(kept)
    grade(source, output, resume=True)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("moment", ["before the journal", "before the rename", "after the rename"])
def test_killed_at_the_very_end(grade, tmp_path, monkeypatch, ending, moment):
    source, output = write_csv(tmp_path / "in.csv", MANY), tmp_path / f"out.{ending}"
    with monkeypatch.context() as patch:
        replace, save, remove = os.replace, unfinished.journal.save, unfinished.journal.remove

        def last_save(path, state):
            if state.ready and moment == "before the journal":
                raise Killed
            save(path, state)

        def last_replace(old, new):
            if Path(new) == output and moment == "before the rename":
                raise Killed
            replace(old, new)

        def killed(places):
            raise Killed

        patch.setattr(unfinished.journal, "save", last_save)
        patch.setattr(os, "replace", last_replace)
        patch.setattr(unfinished.journal, "remove", killed if moment == "after the rename" else remove)
        with pytest.raises(Killed):
            grade(source, output)
    assert output.exists() == (moment == "after the rename")
    found = grade(source, output, resume=True)
    assert (found is None) == (moment == "after the rename")
    assert output.read_bytes() == whole(grade, tmp_path, ending)
    assert names_in(tmp_path) == ["in.csv", f"out.{ending}", "same.csv", f"whole.{ending}"]


def test_an_input_that_changes_underneath(grade, tmp_path, monkeypatch):
    source, output = write_csv(tmp_path / "in.csv", MANY), tmp_path / "out.csv"
    submit = Threads.submit

    def change(self, pairs):
        if pairs[0][1].startswith("Answer 96:"):
            with source.open("a", encoding="utf-8") as file:
                file.write("late,q1,row\n")
            time.sleep(0.2)
        return submit(self, pairs)

    monkeypatch.setattr(Threads, "submit", change)
    with pytest.raises(
        InputError, match=r"in\.csv was changed while it was graded; finished rows are kept; put the old"
    ):
        grade(source, output)
    monkeypatch.undo()
    assert not output.exists()
    write_csv(source, MANY)
    grade(source, output, resume=True)  # rows read of the changed file are not gone on from
    assert output.read_bytes() == whole(grade, tmp_path, "csv")


def test_two_runs_for_one_output(grade, tmp_path, monkeypatch):
    source, output = write_csv(tmp_path / "in.csv", MANY), tmp_path / "out.csv"
    submit = Threads.submit

    def second(self, pairs):
        monkeypatch.undo()
        with pytest.raises(InputError, match="another run is writing"):
            grade(source, output, overwrite=True)
        return submit(self, pairs)

    monkeypatch.setattr(Threads, "submit", second)
    grade(source, output)
    assert output.read_bytes() == whole(grade, tmp_path, "csv")


COMMAND = [sys.executable, "-m", "grader", "batch", "--no-judge", "--no-cache"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(grader.__file__).parents[1])}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_full_disk(grade, tmp_path, ending):
    # The system refuses to write more than 30 kB to a file, as a full disk would.
    source, output = write_csv(tmp_path / "in.csv", MANY), tmp_path / f"out.{ending}"
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))  # noqa: E731
    done = subprocess.run(
        [*COMMAND, source, "-o", output], capture_output=True, env=ENVIRONMENT, preexec_fn=limit, check=False, text=True
    )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "cannot be written (File too large); finished rows are kept; check" in line
    assert "--resume" in line
    assert not output.exists()
    grade(source, output, resume=True)
    assert output.read_bytes() == whole(grade, tmp_path, ending)


def test_kill_storm(grade, tmp_path):
    """Eight kills at random moments: while it starts, reads, grades, writes or ends. (fifty: benchmarks/kill_storm.py)."""
    rows = [(f"c{n}", "q1", f"Answer number {n}: the text becomes tokens and ids.") for n in range(500)]
    source, output = write_csv(tmp_path / "in.csv", rows), tmp_path / "out.csv"
    grade(source, tmp_path / "whole.csv")
    chance, partial = random.Random(4), Path(f"{output}.partial")
    seen = []
    for number in range(8):
        process = subprocess.Popen(
            [*COMMAND, source, "-o", output, "--resume"], env=ENVIRONMENT, stderr=subprocess.PIPE
        )
        before, started = partial.stat().st_size if partial.exists() else -1, time.monotonic()
        # Every other one dies at its start, the others when rows have been written.
        while number % 2 and process.poll() is None and time.monotonic() < started + 20:
            if partial.exists() and partial.stat().st_size > max(before, 5000):
                break
            time.sleep(0.01)
        time.sleep(chance.random() * (0.4 if number % 2 else 1.5))
        process.send_signal(signal.SIGKILL)
        errors = process.communicate()[1]
        assert process.returncode in {-signal.SIGKILL, 0}, errors
        seen.append(partial.stat().st_size if partial.exists() else 0)
    assert len(set(seen)) > 2, "no kill hit a run that had rows"
    done = subprocess.run(
        [*COMMAND, source, "-o", output, "--resume"], env=ENVIRONMENT, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert output.read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert names_in(tmp_path) == ["in.csv", "out.csv", "whole.csv"]


def test_stopped_from_the_keyboard(tmp_path, grade):
    # Enough rows that the signal comes long before the end, however slow this process is to see the first one.
    rows = [(f"c{n}", "q1", f"Answer number {n}: the text becomes tokens and ids.") for n in range(20_000)]
    source, output = write_csv(tmp_path / "in.csv", rows, HEADER), tmp_path / "out.csv"
    process = subprocess.Popen(
        [*COMMAND, source, "-o", output],
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        text=True,
        # Jobs in the background of a shell script ignore the signal, and hand that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    journal = Path(f"{output}.journal")
    while process.poll() is None and not (journal.exists() and json.loads(journal.read_text())["rows"]):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    errors = process.communicate()[1]
    assert process.returncode == 130
    assert errors == "grader: stopped; finished rows are kept: go on with --resume\n"
    assert json.loads(journal.read_text())["rows"] > 0
