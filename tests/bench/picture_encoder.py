"""A small encoder of pictures, trained by us: a residual network that tells article types, colours and groceries.

It learns from the half of fashion and the photos of the 40 groceries that are not measured with. It is saved as
transformers save a model, so that `SHELFCRAFT_IMAGE_ENCODER` can name its folder like that of any other.
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import torch
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from torch import nn
from transformers import ResNetConfig, ResNetModel, ViTImageProcessor

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
HEIGHT, WIDTH = 80, 64
MEAN, SPREAD = 0.5, 0.25
EPOCHS, BATCH, RATE = 36, 64, 3e-3
PHOTOS_AGAIN = 5
"""How often a grocery comes in an epoch: there are 200 pictures of them and 6,000 of fashion."""


@dataclass(frozen=True)
class Examples:
    """Pictures (n, height, width, 3) as bytes, and for each question the number of its answer, -1 where it has none."""

    pixels: NDArray[np.uint8]
    answers: NDArray[np.int64]
    sizes: tuple[int, ...]


def fashion_halves(size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(measured, learnt from): rows of the fashion pictures, a random half each, always the same."""
    drawn = np.random.default_rng(7).permutation(size)
    return drawn[: size // 2], drawn[size // 2 :]


def tuned_groceries(ids: NDArray[np.object_]) -> set[str]:
    """The 40 groceries whose photos may be learnt from."""
    return set(ids[np.random.default_rng(5).permutation(len(ids))[:40]])


def train(folder: Path, *, epochs: int = EPOCHS, threads: int = 1, seed: int = 1) -> Path:
    """Train it on one core (half a minute to a minute an epoch) and save it in `folder`."""
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    examples = _examples()
    chance = np.random.default_rng(seed)
    network = ResNetModel(
        ResNetConfig(embedding_size=24, hidden_sizes=[32, 64, 128, 256], depths=[1, 1, 1, 1], layer_type="basic")
    )
    heads = nn.ModuleList(nn.Linear(256, size, bias=False) for size in examples.sizes)
    parameters = [*network.parameters(), *heads.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.05)
    groceries = np.flatnonzero(examples.answers[:, -1] >= 0)
    per_epoch = len(examples.pixels) + (PHOTOS_AGAIN - 1) * len(groceries)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=epochs * (per_epoch // BATCH))
    for epoch in range(epochs):
        network.train()
        order = chance.permutation(np.concatenate([np.arange(len(examples.pixels)), *[groceries] * (PHOTOS_AGAIN - 1)]))
        total = 0.0
        for start in range(0, len(order) - BATCH + 1, BATCH):
            rows = order[start : start + BATCH]
            pixels = torch.from_numpy(np.stack([_varied(examples.pixels[r], chance) for r in rows]))
            loss = _loss(network, heads, pixels, torch.from_numpy(examples.answers[rows]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += float(loss.detach())
        print(f"epoch {epoch + 1} of {epochs}: {total / (len(order) // BATCH):.3f}", file=sys.stderr, flush=True)
    network.eval()
    network.save_pretrained(folder)
    ViTImageProcessor(
        size={"height": HEIGHT, "width": WIDTH}, image_mean=[MEAN] * 3, image_std=[SPREAD] * 3
    ).save_pretrained(folder)
    return folder


def _loss(network: nn.Module, heads: nn.ModuleList, pixels: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    """Cross entropy of scaled cosines, so that the angle between two pictures comes to mean something."""
    found = nn.functional.normalize(network(pixels).last_hidden_state.mean(dim=(2, 3)), dim=1)
    loss = torch.zeros(())
    for number, head in enumerate(heads):
        asked = answers[:, number] >= 0
        if asked.any():
            logits = 16.0 * found[asked] @ nn.functional.normalize(head.weight, dim=1).T
            loss = loss + nn.functional.cross_entropy(logits, answers[asked, number], label_smoothing=0.05)
    return loss


def _examples() -> Examples:
    fashion = pq.read_table(DATA / "fashion" / "products.parquet", columns=[*_ASKED, "image"])
    _, learnt = fashion_halves(fashion.num_rows)
    fashion = fashion.take(learnt)
    products = pq.read_table(DATA / "grocery" / "products.parquet").to_pydict()
    photos = pq.read_table(DATA / "grocery" / "photo_queries.parquet").to_pydict()
    tuned = sorted(tuned_groceries(np.array(products["product_id"], dtype=object)))
    kinds = sorted(set(products["category"]))
    kind_of = dict(zip(products["product_id"], products["category"], strict=True))
    shown = [
        (image, name)
        for source in (products, photos)
        for image, name in zip(source["image"], source["product_id"], strict=True)
        if name in tuned
    ]
    pixels = [_pixels(data) for data in (*fashion["image"].to_pylist(), *(image for image, _ in shown))]
    answers = np.full((len(pixels), len(_ASKED) + 2), -1, np.int64)
    sizes = []
    for number, column in enumerate(_ASKED):
        values = fashion[column].to_pylist()
        known = {value: i for i, value in enumerate(sorted({str(v) for v in values}))}
        answers[: len(values), number] = [known[str(v)] for v in values]
        sizes.append(len(known))
    for row, (_, name) in enumerate(shown, start=fashion.num_rows):
        answers[row, -2], answers[row, -1] = kinds.index(kind_of[name]), tuned.index(name)
    return Examples(np.stack(pixels), answers, (*sizes, len(kinds), len(tuned)))


_ASKED = ("articleType", "baseColour", "gender")


def _pixels(data: bytes) -> NDArray[np.uint8]:
    image = Image.open(io.BytesIO(data)).convert("RGB")
    return np.asarray(image.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR))


def _varied(pixels: NDArray[np.uint8], chance: np.random.Generator) -> NDArray[np.float32]:
    """Another view of the same thing: cut, turned over, blurred, lighter or darker."""
    image = Image.fromarray(pixels)
    share = chance.uniform(0.6, 1.0)
    width, height = (max(8, round(side * share**0.5)) for side in image.size)
    left, top = chance.integers(0, image.width - width + 1), chance.integers(0, image.height - height + 1)
    image = image.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=(left, top, left + width, top + height))
    if chance.random() < 0.2:
        image = image.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 1.2)))
    values = np.asarray(image, np.float32) / 255
    if chance.random() < 0.5:
        values = values[:, ::-1]
    values = (values - 0.5) * chance.uniform(0.8, 1.2) + 0.5 + chance.uniform(-0.1, 0.1)
    values = (np.clip(values, 0, 1) - MEAN) / SPREAD
    return np.ascontiguousarray(values.transpose(2, 0, 1), np.float32)


if __name__ == "__main__":
    train(Path(sys.argv[1]), epochs=int(sys.argv[2]) if len(sys.argv) > 2 else EPOCHS)
