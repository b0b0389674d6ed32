"""Imports go downwards: a module imports from lower layers or from its own package, and never in a circle."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "grader"

# Lowest first. Within the evidence the keywords come below the prepared rubric, which holds them compiled, and that
# below what compares an answer with it.
LAYERS = [
    ["errors", "record"],
    ["rubric", "results", "settings", "resources"],
    ["bank", "text", "models"],
    ["evidence.lexical"],
    ["prepared", "guards"],
    ["evidence"],
    ["verdicts", "scoring", "review", "feedback", "signature"],
    ["grading"],
    ["report", "batch", "frames"],
    ["commands"],
    ["cli"],
    ["__main__"],
]


def module_name(path: Path) -> str:
    """Return `grader.bank` for grader/bank/__init__.py, `grader.text` for grader/text.py."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports(name: str) -> set[str]:
    """Return the modules of this package that a module names in any import, deferred and type-only ones as well."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in MODULES else str(node.module))
    return {module for module in found if module in MODULES and module != name}


def layer(name: str) -> int:
    """Return the layer of the longest listed name that holds a module."""
    inside = name.removeprefix("grader.")
    places = {entry: index for index, entries in enumerate(LAYERS) for entry in entries}
    holders = [entry for entry in places if inside == entry or inside.startswith(f"{entry}.")]
    assert holders, f"{name} has no layer: add it to LAYERS"
    return places[max(holders, key=len)]


def package(name: str) -> str:
    return ".".join(name.split(".")[:2])


INNER = [name for name in MODULES if name != "grader"]


@pytest.mark.parametrize("name", INNER)
def test_imports_go_down(name):
    # The root holds the version and public names only; anyone may ask it for the version.
    others = {other for other in imports(name) if other != "grader" and package(other) != package(name)}
    wrong = sorted(other for other in others if layer(other) >= layer(name))
    assert wrong == []


def test_no_circles():
    # Raises CycleError with the circle. A package and its own modules count as one another's makers, not as a circle.
    graph = {
        name: {other for other in imports(name) if other != "grader" and not name.startswith(f"{other}.")}
        for name in INNER
    }
    list(TopologicalSorter(graph).static_order())


def test_only_the_version_is_asked_of_the_root():
    for name in INNER:
        for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "grader":
                plain = {alias.name for alias in node.names if f"grader.{alias.name}" not in MODULES}
                assert plain <= {"__version__"}, name


def test_the_root_imports_nothing_when_it_is_imported():
    tree = ast.parse(MODULES["grader"].read_text(encoding="utf-8"))
    eager = [node.module for node in tree.body if isinstance(node, ast.ImportFrom)]
    assert not [module for module in eager if module.startswith("grader")]
