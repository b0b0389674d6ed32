"""Ways to run a command: in this process (`run`) or as a real one (`spawn`)."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import grader
from grader.cli import cli


@pytest.fixture(autouse=True)
def quiet_environment(tmp_path_factory, monkeypatch):
    """No vectors in the home folder of whoever runs the tests, and a terminal wider than any output may be."""
    monkeypatch.setenv("GRADER_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)


@pytest.fixture
def run():
    # click before 8.2 mixes the streams unless told otherwise, later versions do not know the argument.
    old = "mix_stderr" in inspect.signature(CliRunner).parameters
    runner = CliRunner(**({"mix_stderr": False} if old else {}))

    def call(*args, **options):
        return runner.invoke(cli, [str(arg) for arg in args], **options)

    return call


@pytest.fixture
def spawn():
    root = str(Path(grader.__file__).parents[1])

    def call(*args, **options):
        environment = {**os.environ, "PYTHONPATH": root, **options.pop("env", {})}
        command = [sys.executable, "-m", "grader", *args]
        return subprocess.run(command, capture_output=True, env=environment, timeout=120, check=False, **options)

    return call
