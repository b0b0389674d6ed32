"""The packed judge: one pass over question, answer and all ideas gives a verdict for each idea.

Sequence: `[CLS] question [SEP] answer [SEP]`, then each idea as a block of its own that ends in `[SEP]`. Question and answer
attend to themselves; an idea attends to itself and to them, never to another idea, and its positions start at a fixed
offset: its verdict cannot depend on its neighbours. (Related: arXiv 2210.05261, arXiv 2312.17649.)
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

HIDDEN, HEADS, LAYERS, WIDE = 384, 12, 6, 1536
CONTEXT_TOKENS = 384
IDEA_OFFSET = 400
IDEA_TOKENS = 96
QUESTION_TOKENS = 96
STATUS_COUNT = 4


@dataclass(frozen=True)
class Packed:
    """A padded batch: `ids`, `positions` and `blocks` of shape (batch, length); block 0 is context, -1 is padding."""

    ids: Tensor
    positions: Tensor
    blocks: Tensor
    count: int

    def mask(self) -> Tensor:
        """Return (batch, 1, length, length), true where a token may look."""
        query, key = self.blocks[:, :, None], self.blocks[:, None, :]
        return ((key == 0) | ((key == query) & (key >= 0)))[:, None]


def pack(
    questions: list[list[int]], answers: list[list[int]], ideas: list[list[list[int]]], cls: int, sep: int
) -> Packed:
    """Pack token ids (without special tokens) of several answers into one padded batch."""
    rows: list[tuple[list[int], list[int], list[int]]] = []
    for question, answer, blocks in zip(questions, answers, ideas, strict=True):
        room = CONTEXT_TOKENS - 3 - min(len(question), QUESTION_TOKENS)
        ids = [cls, *question[:QUESTION_TOKENS], sep, *answer[:room], sep]
        positions, block = list(range(len(ids))), [0] * len(ids)
        for number, idea in enumerate(blocks, 1):
            tokens = [*idea[: IDEA_TOKENS - 1], sep]
            ids += tokens
            positions += range(IDEA_OFFSET, IDEA_OFFSET + len(tokens))
            block += [number] * len(tokens)
        rows.append((ids, positions, block))
    length = max(len(ids) for ids, _, _ in rows)
    fill = [
        [(*column, *[value] * (length - len(column))) for column, value in zip(row, (0, 0, -1), strict=True)]
        for row in rows
    ]
    ids_, positions_, blocks_ = (torch.tensor([row[part] for row in fill]) for part in range(3))
    return Packed(ids_, positions_, blocks_, max(len(b) for b in ideas))


class Layer(nn.Module):
    """One post-norm BERT layer."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.attended = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.up = nn.Linear(HIDDEN, WIDE)
        self.down = nn.Linear(WIDE, HIDDEN)
        self.output = nn.LayerNorm(HIDDEN, eps=1e-12)

    def forward(self, state: Tensor, mask: Tensor) -> Tensor:
        """Return the next hidden states, (batch, length, 384)."""
        batch, length, _ = state.shape
        query, key, value = self.qkv(state).view(batch, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        mixed = mixed.transpose(1, 2).reshape(batch, length, HIDDEN)
        state = self.attended(state + self.out(mixed))
        wide = functional.gelu(self.up(state))
        normed: Tensor = self.output(state + self.down(wide))
        return normed


class Judge(nn.Module):
    """The encoder and a small head; logits of shape (batch, ideas, 4) in the order of data.STATUSES.

    Dropout acts in the head alone: inside the layers it takes a third of a CPU's time; words of the answer are masked at random
    instead (see train.py).
    """

    def __init__(self, vocabulary: int = 30522, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, HIDDEN)
        self.positions = nn.Embedding(512, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.hidden = nn.Linear(2 * HIDDEN, HIDDEN)
        self.logits = nn.Linear(HIDDEN, STATUS_COUNT)
        self.dropout = nn.Dropout(dropout)

    def load_minilm(self, weights: dict[str, Tensor]) -> None:
        """Start from the weights of all-MiniLM-L6-v2; token types are folded into the positions."""
        with torch.no_grad():
            self.words.weight.copy_(weights["embeddings.word_embeddings.weight"])
            types = weights["embeddings.token_type_embeddings.weight"][0]
            self.positions.weight.copy_(weights["embeddings.position_embeddings.weight"] + types)
            _copy(self.norm, weights, "embeddings.LayerNorm")
            for index, layer in enumerate(self.layers):
                source = f"encoder.layer.{index}."
                parts = [f"{source}attention.self.{name}" for name in ("query", "key", "value")]
                layer.qkv.weight.copy_(torch.cat([weights[f"{part}.weight"] for part in parts]))
                layer.qkv.bias.copy_(torch.cat([weights[f"{part}.bias"] for part in parts]))
                _copy(layer.out, weights, f"{source}attention.output.dense")
                _copy(layer.attended, weights, f"{source}attention.output.LayerNorm")
                _copy(layer.up, weights, f"{source}intermediate.dense")
                _copy(layer.down, weights, f"{source}output.dense")
                _copy(layer.output, weights, f"{source}output.LayerNorm")

    def forward(self, packed: Packed) -> Tensor:
        """Judge every idea of every answer of a batch."""
        state = self.norm(self.words(packed.ids) + self.positions(packed.positions))
        mask = packed.mask()
        for layer in self.layers:
            state = layer(state, mask)
        number = torch.arange(1, packed.count + 1)
        member = (packed.blocks[:, None, :] == number[None, :, None]).to(state.dtype)
        mean = member @ state / member.sum(-1, keepdim=True).clamp(min=1)
        first_index = member.argmax(-1)
        first = torch.gather(state, 1, first_index[:, :, None].expand(-1, -1, HIDDEN))
        joined = torch.cat([first, mean], -1)
        logits: Tensor = self.logits(self.dropout(functional.gelu(self.hidden(self.dropout(joined)))))
        return logits


def _copy(module: nn.Module, weights: dict[str, Tensor], name: str) -> None:
    module.weight.copy_(weights[f"{name}.weight"])  # type: ignore[operator, union-attr]
    module.bias.copy_(weights[f"{name}.bias"])  # type: ignore[operator, union-attr]
