"""The documents say what is so today: commands, options, output, schemas, links. Where not, the right text is printed."""

from __future__ import annotations

import contextlib
import io
import json
import re
import runpy
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from grader.cli import cli

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
DOCUMENTS = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "models/minilm/README.md", *sorted(
    path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")
)]  # fmt: skip
NAMES = cli.list_commands(click.Context(cli))
GENERAL = {"--help", "-h"}
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text, language):
    return [body for name, body in FENCE.findall(text) if name == language]


def section(name):
    found = re.search(rf"^## grader {name}\n(.*?)(?=^## |\Z)", COMMANDS, re.MULTILINE | re.DOTALL)
    assert found, f"docs/commands.md has no section '## grader {name}'"
    return found.group(1)


def command(name):
    return cli.get_command(click.Context(cli), name)


def options(name):
    return {text for param in command(name).params if isinstance(param, click.Option) for text in param.opts}


def lines_of(text):
    """Each line of the shell blocks that runs grader, as a list of arguments after `grader`."""
    found = []
    for line in "".join(blocks(text, "sh")).splitlines():
        words = shlex.split(line, comments=True)
        starts = [i for i, word in enumerate(words) if word == "grader" and words[i - 1 : i] in ([], ["|"], ["&&"])]
        found += [words[i + 1 :] for i in starts]
    return found


@pytest.fixture(autouse=True)
def plain_terminal(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("GRADER_CACHE_DIR", str(tmp_path))
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("name", NAMES)
def test_every_option_has_an_example(name):
    written = {word for line in lines_of(section(name)) for word in line}
    assert any(line[:1] == [name] for line in lines_of(section(name)))
    assert not options(name) - written - GENERAL, "docs/commands.md lacks an example"


@pytest.mark.parametrize("name", NAMES)
def test_no_option_is_made_up(name):
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", section(name))) <= options(name) | GENERAL


def test_the_general_options_are_described():
    head = COMMANDS.partition("\n## ")[0]
    for option in cli.params:
        assert any(text in head for text in option.opts)
    assert all(option in head for option in GENERAL)


@pytest.mark.parametrize("line", lines_of(COMMANDS) + lines_of(README), ids=" ".join)
def test_every_example_is_accepted(line):
    command(line[0]).make_context(line[0], line[1:])


def test_the_readme_begins_with_two_commands():
    first, second = blocks(README, "sh")[:2]
    assert first.startswith("pip install . && grader answer q24 ")
    assert second == "pip install '.[test]' && pytest\n"


def test_the_readme_shows_the_real_output():
    result = CliRunner().invoke(cli, lines_of(README)[0], color=False)
    assert result.exit_code == 0
    same(blocks(README, "text")[0], result.output)


def test_the_python_of_the_readme_runs():
    (code,) = blocks(README, "python")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    same(blocks(README, "text")[1], printed.getvalue())


def test_the_limits_are_still_limits(grader):
    limits = " ".join(README.partition("## Limits\n")[2].partition("\n## ")[0].split())
    examples = re.findall(r'"([^"]+)" is credited with `([a-z-]+)`', limits)
    assert len(examples) == 1
    for answer, concept in examples:
        status = next(v.status for v in grader.grade("q24", answer).verdicts if v.concept == concept)
        assert status == "met", f"{concept} is {status} now: take the example out of the README's limits"


def same(shown, real):
    if shown != real:
        pytest.fail(f"README.md is not up to date; the block must read:\n\n```text\n{real}```", pytrace=False)


@pytest.mark.parametrize("path", ["rubrics/schema.json", "reference/schema.json"])
def test_the_schemas_are_current(path):
    wanted = runpy.run_path(str(ROOT / "training" / "schemas.py"))["schemas"]()[path]
    # Parsed, since one version of pydantic writes 1000 and another 1000.0.
    stored = json.loads((ROOT / path).read_text(encoding="utf-8"))
    assert stored == json.loads(wanted), "run: python training/schemas.py"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        assert "://" in target or ((ROOT / document).parent / target).exists(), target
