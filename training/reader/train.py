"""Trains the reader, from the bundled sentence model's published weights.

    python -m training.reader.train --weights FOLDER --data FOLDER --work FOLDER

`--weights` holds upstream's `model.safetensors` and `tokenizer.json` (as for the embedder),
`--data` the training sets. Everything made on the way is kept under `--work`; a run that was
stopped goes on from its last checkpoint when the same command is given again. `--start FILE`
begins from an earlier run's `trained.pt`, or from a shipped `model.onnx`, instead; `--draw` gives
it other draws of the same data.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from training.export_embedder import read_weights
from training.reader.batches import MAX_TOKENS, Batch, batches
from training.reader.mining import mine
from training.reader.network import Outputs, ReaderNetwork, new_network
from training.reader.samples import (
    MinedPassage,
    ReadingSample,
    adversarial_samples,
    altered_samples,
    answered_samples,
    is_held_aside,
    mined_samples,
    removed_samples,
)
from training.reader.shipped import shipped_weights
from training.squad_files import TrainingQuestion, TrainingSet, load_training_set
from training.written import with_written

_SEED = 17
_BATCH = 16
_WARM_UP = 0.08
_CHECKPOINT_STEPS = 250
_MINED_EVERY = 4
_NULL_WEIGHT = 0.3
_INFORMAL = {"reddit", "amazon_reviews"}
_OPEN = re.compile(
    r"\bwhy\b|\bwhat (?:caus|(?:is|was|were|are) the (?:reason|cause)|reason)|"
    r"^how (?:did|does|do|is|was|were|are|can|come|has|have|would|could)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mix:
    """How many samples of each kind one pass holds.

    Of the answered and the mined ones those of reviews and forum posts, less like articles, only a
    share. Of "why" and "how", which are few and hard, all come, `open_times`, and some without what
    answers them.
    """

    informal_share: float = 0.1
    open_times: int = 2
    open_removed: int = 300
    altered: int = 700
    removed: int = 300
    mined: int = 9000


def main() -> None:
    """Reads the command line and trains."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--passes", type=float, default=1.0)
    parser.add_argument("--rate", type=float, default=1e-4, help="the peak learning rate")
    parser.add_argument("--start", type=Path, help="an earlier trained.pt or model.onnx")
    parser.add_argument("--draw", type=int, default=0, help="which draws of the data to begin with")
    parser.add_argument("--bfloat16", action="store_true", help="faster where AVX512-BF16 is")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    read_weights(arguments.weights / "model.safetensors")  # refuses any other file
    data = with_written(load_training_set(arguments.data))
    mined = mine(data, arguments.work, _MINED_EVERY)
    tokenizer = training_tokenizer(arguments.weights / "tokenizer.json")
    network = new_network(arguments.weights)
    if arguments.start:
        network.load_state_dict(_earlier(arguments.start, network))
    train(network, tokenizer, data, mined, arguments)


def _earlier(file: Path, network: ReaderNetwork) -> dict[str, Tensor]:
    """The state of an earlier run: its `trained.pt`, or the model that was made from it."""
    if file.suffix != ".onnx":
        state: dict[str, Tensor] = torch.load(file, weights_only=True)
        return state
    own = {name: values.numpy() for name, values in network.state_dict().items()}
    return {name: torch.tensor(values) for name, values in shipped_weights(file, own).items()}


def training_tokenizer(file: Path) -> Tokenizer:
    """Upstream's tokenizer for pairs: only the passage is cut, padding is ours."""
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
    return tokenizer


def samples_of_pass(
    data: TrainingSet, mined: list[MinedPassage], number: int, mix: Mix
) -> list[ReadingSample]:
    """The samples of pass `number`, the same ones every time."""
    chance = random.Random(f"{_SEED}/{number}")  # noqa: S311 - repeatable choice, no secret
    kept = [q for q in data.questions if not is_held_aside(q.article_id)]
    own = TrainingSet(data.articles, kept)
    asked = ((m, data.questions[m.question]) for m in mined)
    usable = [m for m, q in asked if not is_held_aside(q.article_id) and _is_drawn(q, mix, chance)]
    opened = TrainingSet(data.articles, [q for q in kept if _OPEN.search(q.text)])
    drawn = [q for q in kept if _is_drawn(q, mix, chance)]
    closed = [q for q in drawn if not _OPEN.search(q.text)]
    samples = list(answered_samples(TrainingSet(data.articles, closed), chance))
    for _ in range(mix.open_times):
        samples += answered_samples(opened, chance)
    samples += itertools.islice(removed_samples(opened, chance), mix.open_removed)
    samples += adversarial_samples(own, chance)
    samples += itertools.islice(altered_samples(own, chance), mix.altered)
    samples += itertools.islice(removed_samples(own, chance), mix.removed)
    samples += itertools.islice(mined_samples(data, usable, chance), mix.mined)
    return samples


def _is_drawn(question: TrainingQuestion, mix: Mix, chance: random.Random) -> bool:
    return question.source not in _INFORMAL or chance.random() < mix.informal_share


def all_batches(
    data: TrainingSet, mined: list[MinedPassage], tokenizer: Tokenizer, first_pass: int
) -> Iterator[Batch]:
    """Pass after pass without end."""
    for number in itertools.count(first_pass):
        samples = samples_of_pass(data, mined, number, Mix())
        chance = random.Random(f"{_SEED}/order/{number}")  # noqa: S311
        yield from batches(samples, tokenizer, _BATCH, chance)


def loss_of(outputs: Outputs, batch: Batch) -> Tensor:
    """Cross-entropy of both ends of the span, and of the two judgements.

    The span is learned twice: where a passage answers, among its tokens alone; and always, at a
    lower weight, among its tokens and "no answer". The second alone lets the passages without an
    answer blur where the answers begin and end.
    """
    outside = batch.segments == 0
    place = _span_loss(outputs, batch, outside, batch.answerable)
    outside = outside.clone()
    outside[:, 0] = False  # it stands for "no answer"
    judged = _span_loss(outputs, batch, outside, torch.ones_like(batch.answerable))
    answerable = functional.binary_cross_entropy_with_logits(outputs.answerable, batch.answerable)
    relevance = functional.binary_cross_entropy_with_logits(
        outputs.relevance, batch.relevance, weight=batch.weighs
    )
    return place + _NULL_WEIGHT * judged + 0.5 * answerable + 0.5 * relevance


def _span_loss(outputs: Outputs, batch: Batch, outside: Tensor, weights: Tensor) -> Tensor:
    """The mean over both ends, among the tokens that are not `outside` (batch, tokens)."""
    starts = _cross_entropy(outputs.starts.masked_fill(outside, -1e4), batch.starts, weights)
    ends = _cross_entropy(outputs.ends.masked_fill(outside, -1e4), batch.ends, weights)
    return (starts + ends) / 2


def _cross_entropy(logits: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """The mean over the batch's rows by their `weights` (batch,)."""
    losses = functional.cross_entropy(logits, targets, reduction="none")
    return (losses * weights).sum() / weights.sum().clamp(min=1)


def train(
    network: ReaderNetwork,
    tokenizer: Tokenizer,
    data: TrainingSet,
    mined: list[MinedPassage],
    arguments: argparse.Namespace,
) -> None:
    """Runs all steps, from the last checkpoint if there is one; writes `trained.pt`."""
    size = len(samples_of_pass(data, mined, 0, Mix()))
    steps = int(arguments.passes * size / _BATCH)
    torch.manual_seed(_SEED)
    weights = [weight for weight in network.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=arguments.rate, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _share(step, steps))
    checkpoint = arguments.work / "checkpoint.pt"
    done = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        done = state["done"]
    network.train()
    started, total = time.monotonic(), 0.0
    stream = itertools.islice(all_batches(data, mined, tokenizer, arguments.draw), done, steps)
    for step, batch in enumerate(stream, done + 1):
        with torch.autocast("cpu", torch.bfloat16, enabled=arguments.bfloat16):
            outputs = network(batch.token_ids, batch.segments, batch.mask)
        loss = loss_of(Outputs(*(logits.float() for logits in outputs)), batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        schedule.step()
        total += loss.item()
        if step % 50 == 0:
            rate = (step - done) * _BATCH / (time.monotonic() - started)
            print(json.dumps({"step": step, "of": steps, "loss": total / 50, "per_second": rate}))
            total = 0.0
        if step % _CHECKPOINT_STEPS == 0:
            _keep(checkpoint, network, optimizer, schedule, step)
    torch.save(network.state_dict(), arguments.work / "trained.pt")


def _share(step: int, steps: int) -> float:
    """Of the peak learning rate: a linear rise, then a linear fall to nothing."""
    rise = _WARM_UP * steps
    return min(step / rise, (steps - step) / (steps - rise))


def _keep(
    file: Path,
    network: ReaderNetwork,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    done: int,
) -> None:
    unfinished = file.with_suffix(".part")
    torch.save(
        {
            "network": network.state_dict(),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
            "done": done,
        },
        unfinished,
    )
    unfinished.replace(file)


if __name__ == "__main__":
    main()
