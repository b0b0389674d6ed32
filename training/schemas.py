"""Write the JSON Schemas of bank files: `python training/schemas.py`. Run it after any change to grader/rubric.py.

Editors check and complete YAML files with them: rubrics/schema.json and reference/schema.json.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from grader.rubric import Question, Rubric


def schemas() -> dict[str, str]:
    """Return the text of each schema by its path in the repository."""
    models = {"reference/schema.json": Question, "rubrics/schema.json": Rubric}
    texts: dict[str, str] = {}
    for path, model in models.items():
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
        concept = schema.get("$defs", {}).get("Concept", {}).get("properties", {})
        # Each of the two is derived from the other where it is left out: no fixed default is right.
        for name in ("weight", "core"):
            concept.get(name, {}).pop("default", None)
        texts[path] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return texts


def main() -> None:
    """Write both files."""
    for path, text in schemas().items():
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
