"""Encoders: the same vectors as the reference, normalised, cached, calibrated; wrong weights are refused."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.catalogue import embedding
from core.catalogue.calibration import MINILM_PROFILE, EncoderProfile, calibrate
from core.catalogue.embedding import CachedEncoder, HashingEncoder, OnnxEncoder, encode_batches, load_encoder
from core.errors import EncoderError

TEXTS = ["camping tent for four people", "Rouge à lèvres mat", "Stainless steel water bottle. " * 30]


class Counting:
    """HashingEncoder that counts what reaches it."""

    name, dimension, profile = HashingEncoder.name, HashingEncoder.dimension, HashingEncoder.profile

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.seen.extend(texts)
        return HashingEncoder().encode(texts)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.mark.filterwarnings("ignore")
def test_default_model_agrees_with_sentence_transformers(models: Path) -> None:
    from sentence_transformers import SentenceTransformer

    warnings: list[str] = []
    encoder = load_encoder("all-MiniLM-L6-v2", cache=models, threads=2, warn=warnings.append)
    reference = SentenceTransformer(str(embedding._default_model()), device="cpu")
    reference.max_seq_length = 64
    expected = reference.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    found = encoder.encode(TEXTS)
    assert warnings == []
    assert isinstance(encoder, OnnxEncoder)
    assert found.dtype == np.float32
    assert found.shape == (3, 384)
    assert ((found * expected).sum(axis=1) > 0.9999).all()
    # A damaged file in the cache is exported again.
    graph = next(models.glob("*.onnx"))
    graph.write_bytes(graph.read_bytes()[:1000])
    again = load_encoder("all-MiniLM-L6-v2", cache=models, threads=2, warn=warnings.append)
    assert np.allclose(again.encode(TEXTS), found, atol=1e-6)
    assert warnings == []
    # The calibration of an unknown model, tried on the known one, comes near its tuned values.
    measured = calibrate(encoder.encode)
    assert abs(measured.tau - MINILM_PROFILE.tau) < 0.05
    assert abs(measured.random - MINILM_PROFILE.random) < 0.05
    assert abs(measured.gold - MINILM_PROFILE.gold) < 0.05


def test_wrong_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(embedding, "DEFAULT_WEIGHTS", "0" * 64)
    with pytest.raises(EncoderError, match="not the expected ones"):
        load_encoder("all-MiniLM-L6-v2", cache=tmp_path)


@pytest.mark.filterwarnings("ignore")
def test_unknown_model_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EncoderError, match="cannot be loaded"):
        load_encoder(str(tmp_path), cache=tmp_path)


@settings(deadline=None)  # the first Chinese text loads its dictionary
@given(st.lists(st.text(max_size=40), max_size=6))
def test_hashing_vectors_have_length_one_and_do_not_depend_on_company(texts: list[str]) -> None:
    encoder = HashingEncoder()
    together = encoder.encode(texts)
    assert together.shape == (len(texts), 64)
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    for row, text in enumerate(texts):
        assert np.array_equal(together[row], encoder.encode([text])[0])


def test_hashing_knows_shared_tokens() -> None:
    tent, tents, chair = HashingEncoder().encode(["camping tent", "Tents for camping", "office chair"])
    assert tent @ tents == pytest.approx(1.0, abs=1e-5)
    assert abs(float(tent @ chair)) < HashingEncoder.profile.tau


def test_batches_cover_every_text_once_longest_first() -> None:
    texts = ["a b c", "a", "a b", "a b c d"]
    seen: list[int] = []
    for positions, vectors in encode_batches(HashingEncoder(), texts, size=3):
        seen.extend(positions)
        assert np.array_equal(vectors, HashingEncoder().encode([texts[p] for p in positions]))
    assert seen == [3, 0, 2, 1]


def test_cache_asks_once_and_forgets_the_least_used() -> None:
    counting = Counting()
    cached = CachedEncoder(counting, capacity=2)
    first = cached.encode(["tent", "chair", "tent"])
    assert counting.seen == ["tent", "chair"]
    assert np.array_equal(first[0], first[2])
    cached.encode(["tent"])
    cached.encode(["lamp"])  # the chair was used least lately
    cached.encode(["tent", "chair"])
    assert counting.seen == ["tent", "chair", "lamp", "chair"]
    assert cached.encode([]).shape == (0, 64)


def test_cache_serves_many_threads() -> None:
    cached = CachedEncoder(HashingEncoder(), capacity=5)
    wrong: list[str] = []

    def work(offset: int) -> None:
        for i in range(200):
            text = f"word{(i * 7 + offset) % 12}"
            if not np.array_equal(cached.encode([text])[0], HashingEncoder().encode([text])[0]):
                wrong.append(text)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_profile_rescales_between_random_and_gold() -> None:
    profile = EncoderProfile(tau=0.45, tau_negative=0.55, random=0.1, gold=0.6)
    assert profile.rescale(0.35) == pytest.approx(0.5)
    assert profile.rescale(-1.0) == 0.0
    assert profile.rescale(0.9) == 1.0
