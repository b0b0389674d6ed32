"""A folder of questions: `rubrics/` and `reference/`, one file each per question, named by its id."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock

from grader.bank import yaml_file
from grader.errors import BankError, Fault, InputError, QuestionNotFound
from grader.resources import shipped_bank
from grader.rubric import ID_PATTERN, Question, Rubric

_ENDINGS = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its rubric. `digest` changes with any word of either, not with layout or comments."""

    question: Question
    rubric: Rubric
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        content = self.question.model_dump_json() + self.rubric.model_dump_json()
        object.__setattr__(self, "digest", hashlib.sha256(content.encode()).hexdigest()[:12])


class QuestionBank:
    """The questions of one folder. Files are read when a question is first asked for: one question loads two files.

    `QuestionBank.load(path)` reads and checks everything at once; `QuestionBank(path)` only lists the folder;
    `QuestionBank.of(items)` takes questions that are in memory. Safe to share between threads.
    """

    def __init__(self, path: Path | str | None = None) -> None:
        self.path = Path(path) if path is not None else shipped_bank()
        self.is_shipped = path is None
        self._faults: list[Fault] = []
        self._rubrics = self._list("rubrics")
        self._references = self._list("reference")
        self._names: Collection[str] = self._rubrics.keys()
        self._items: dict[str, Item] = {}
        self._lock = Lock()
        if not self._rubrics and not self._faults:
            hint = "a bank is a folder with rubrics/ID.yaml and reference/ID.yaml for every question"
            self._faults.append(Fault(str(self.path), 0, "", "no question bank here", hint))
        if not self._rubrics:
            raise BankError(self._faults)

    @classmethod
    def load(cls, path: Path | str | None = None) -> QuestionBank:
        """Read a whole bank. Raises `BankError` with every fault of every file."""
        bank = cls(path)
        faults = bank.check()
        if faults:
            raise BankError(faults)
        return bank

    @classmethod
    def of(cls, items: Iterable[Item]) -> QuestionBank:
        """Make a bank of questions in memory, from a database say.

        Raises `BankError` with every fault of them all, and `InputError` for what is no `Item`.
        """
        faults: list[Fault] = []
        given: dict[str, Item] = {}
        for item in items:
            if not isinstance(item, Item):
                raise InputError(f"a question is {type(item).__name__}, not Item", hint="pass Item(question, rubric)")
            name, rubric = item.question.id, item.rubric
            if name in given:
                faults.append(Fault(name, 0, "id", f"a second question {name}", "give each question an id of its own"))
            if rubric.question != name:
                hint = f"write {name} in the rubric, or pair the question with its own"
                faults.append(Fault(name, 0, "question", f"this is the rubric of {rubric.question!r}", hint))
            faults += _rubric_faults(name, rubric, lambda _: 0)
            given[name] = item
        if not given:
            faults.append(Fault("items", 0, "", "no question", "pass at least one Item(question, rubric)"))
        if faults:
            raise BankError(faults, rest="in `faults`")
        bank = cls.__new__(cls)
        bank.path, bank.is_shipped = Path("(in memory)"), False
        bank._faults, bank._rubrics, bank._references = [], {}, {}
        bank._names, bank._items, bank._lock = given.keys(), given, Lock()
        return bank

    @property
    def ids(self) -> list[str]:
        """Question ids in natural order: q2 before q10."""
        return sorted(self._names, key=_natural)

    @property
    def digest(self) -> str:
        """Twelve hex digits that change with any word of any question."""
        joined = "".join(f"{item.question.id}:{item.digest}\n" for item in self)
        return hashlib.sha256(joined.encode()).hexdigest()[:12]

    def __len__(self) -> int:
        """Return how many questions there are."""
        return len(self._names)

    def __iter__(self) -> Iterator[Item]:
        """Iterate over the questions in natural order."""
        return (self[question_id] for question_id in self.ids)

    def __contains__(self, question_id: object) -> bool:
        """Return whether the bank has that question."""
        return question_id in self._names

    def __getitem__(self, question_id: str) -> Item:
        """Return a question. Raises `QuestionNotFound` (with the nearest ids) or `BankError`."""
        with self._lock:
            found = self._items.get(question_id)
        if found:
            return found
        if question_id not in self._names:
            raise QuestionNotFound(f"no question {question_id!r} in {self._title}", hint=self._nearest(question_id))
        outcome = self._read(question_id)
        if isinstance(outcome, list):
            raise BankError(outcome)
        with self._lock:
            return self._items.setdefault(question_id, outcome)

    def check(self) -> list[Fault]:
        """Return every fault of every file, sorted; an empty list is a clean bank."""
        faults = list(self._faults)
        for question_id in sorted(self._rubrics.keys() | self._references.keys(), key=_natural):
            if question_id not in self._rubrics:
                shown = self._shown(self._references[question_id])
                hint = f"add rubrics/{question_id}.yaml or remove this file"
                faults.append(Fault(shown, 0, "", "a reference without a rubric", hint))
                continue
            outcome = self._read(question_id)
            if isinstance(outcome, list):
                faults += outcome
            else:  # kept: what is graded later is what was checked, whatever happens to the file meanwhile
                with self._lock:
                    self._items.setdefault(question_id, outcome)
        return sorted(faults)

    @property
    def _title(self) -> str:
        return "the shipped bank" if self.is_shipped else f"bank {self.path}"

    def _shown(self, path: Path) -> str:
        try:
            return path.relative_to(self.path).as_posix()
        except ValueError:
            return str(path)

    def _list(self, folder: str) -> dict[str, Path]:
        """Map ids to files of one folder; note files with unusable names and two files for one id."""
        found: dict[str, Path] = {}
        try:
            paths = sorted(p for p in (self.path / folder).iterdir() if p.suffix in _ENDINGS and p.is_file())
        except OSError:
            return found
        for path in paths:
            if path.name == "schema.json":
                continue
            shown = self._shown(path)
            if not re.match(ID_PATTERN, path.stem):
                hint = "use letters, digits, _ . - and begin with a letter or digit"
                self._faults.append(Fault(shown, 0, "", f"{path.stem!r} is no question id", hint))
            elif path.stem in found:
                hint = f"keep either this file or {found[path.stem].name}"
                self._faults.append(Fault(shown, 0, "", f"a second file for {path.stem}", hint))
            else:
                found[path.stem] = path
        return found

    def _read(self, question_id: str) -> Item | list[Fault]:
        rubric_path, reference_path = self._rubrics[question_id], self._references.get(question_id)
        rubric = yaml_file.read(rubric_path, Rubric, self._shown(rubric_path))
        if isinstance(rubric, list):
            faults = rubric
        else:
            faults = _rubric_faults(self._shown(rubric_path), rubric, partial(yaml_file.line_of, rubric_path))
            if rubric.question != question_id:
                faults.append(self._name_fault(rubric_path, "question", rubric.question))
        if reference_path is None:
            shown = f"reference/{question_id}.yaml"
            return [*faults, Fault(shown, 0, "", "the file is missing", "write the question and a reference answer")]
        question = yaml_file.read(reference_path, Question, self._shown(reference_path))
        if isinstance(question, list):
            return faults + question
        if question.id != question_id:
            faults.append(self._name_fault(reference_path, "id", question.id))
        if faults or isinstance(rubric, list):
            return faults
        return Item(question, rubric)

    def _name_fault(self, path: Path, key: str, value: str) -> Fault:
        line = yaml_file.line_of(path, (key,))
        hint = f"write {path.stem} or rename the file to {value}.yaml"
        return Fault(self._shown(path), line, key, f"{value!r} is not the file's name {path.stem!r}", hint)

    def _nearest(self, question_id: str) -> str:
        from rapidfuzz import fuzz, process

        near = process.extract(question_id, self.ids, scorer=fuzz.ratio, limit=3, score_cutoff=50)
        names = ", ".join(name for name, _, _ in near)
        return f"did you mean {names}?" if names else "`grader questions` lists them"


def _rubric_faults(shown: str, rubric: Rubric, line_of: Callable[[tuple[str | int, ...]], int]) -> list[Fault]:
    """Find what a schema cannot see: concept ids that occur twice, no core concept."""
    faults: list[Fault] = []
    seen: set[str] = set()
    for index, concept in enumerate(rubric.concepts):
        if concept.id in seen:
            message = f"the id {concept.id!r} occurs twice"
            line = line_of(("concepts", index))
            faults.append(Fault(shown, line, f"concept {index + 1}", message, "rename one of them"))
        seen.add(concept.id)
    if not any(concept.core for concept in rubric.concepts):
        hint = "mark what the question asks for with core: true"
        faults.append(Fault(shown, 0, "concepts", "no concept is core", hint))
    return faults


def _natural(question_id: str) -> list[tuple[int, int | str]]:
    """Sort key that takes runs of digits as numbers."""
    parts = re.findall(r"\d+|\D+", question_id)
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts]
