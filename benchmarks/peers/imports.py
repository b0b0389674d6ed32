"""A process that only imports what `grader answer` is made of: the floor of its start-up."""

import click  # noqa: F401
import numpy  # noqa: F401, ICN001
import onnxruntime  # noqa: F401
import pydantic  # noqa: F401
import rapidfuzz  # noqa: F401
import tokenizers  # noqa: F401
import yaml  # noqa: F401
