"""Any sentence-transformers model by name or path, through that library (extra `sentence-transformers`)."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import MissingExtra, ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class SentenceTransformerEncoder:
    """Runs one text at a time, since a padded batch would let the neighbours change a text's last bits.

    Nothing is downloaded: a name must be in the local cache of the Hugging Face hub, or be a folder.
    """

    def __init__(self, name_or_path: str) -> None:
        try:
            import sentence_transformers
        except ImportError as error:
            raise MissingExtra(
                f"model {name_or_path!r} needs the sentence-transformers library, which is not installed",
                hint="run: pip install sentence-transformers",
            ) from error
        before = logging.root.manager.disable
        logging.disable(logging.WARNING)  # it warns at length of what the error below says in a line
        try:
            self._model = sentence_transformers.SentenceTransformer(name_or_path, device="cpu", local_files_only=True)
        except Exception as error:  # the library raises half a dozen kinds for a model that is not there
            raise ModelError(
                f"model {name_or_path!r} cannot be loaded ({type(error).__name__})",
                hint="name a folder that holds a sentence-transformers model, or one already in the local cache",
            ) from error
        finally:
            logging.disable(before)
        self.name = Path(name_or_path).name
        self.runtime = f"sentence-transformers {sentence_transformers.__version__}"
        self.digest = self._weights_digest()

    def _weights_digest(self) -> str:
        digest = hashlib.sha256()
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(tensor.contiguous().cpu().float().numpy().tobytes())
        return digest.hexdigest()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one L2-normalised row for each text; see `Encoder.encode`."""
        import numpy as np

        if not texts:
            width = self._model.get_sentence_embedding_dimension() or 0
            return np.zeros((0, width), np.float32)
        rows = [
            self._model.encode([text], normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
            for text in texts
        ]
        return np.concatenate(rows).astype(np.float32)
