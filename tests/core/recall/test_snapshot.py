"""Postings, cosines, and snapshots on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from core.catalogue.embedding import CachedEncoder
from core.catalogue.table import Catalogue
from core.domain import Filters, Strategy
from core.recall.lexicon import Lexicon
from core.recall.postings import build_postings, intersect
from core.recall.preview import TinyPreview
from core.recall.saved import FOLDER, load_snapshot
from core.recall.snapshot import take_snapshot
from core.recall.vectors import cosines

STRATEGY = Strategy(("camping tent", "wine"), ("steel",), filters=Filters((5, 80), ("Outdoor",)))


def test_postings_by_hand() -> None:
    columns = pa.table(
        {"tokens": ["red tent", "tent tent", ""], "asserted": ["red", "", "tent"], "negated": ["", "stem", ""]}
    )
    vocabulary, postings = build_postings(columns)
    codes = {token: code for code, token in enumerate(vocabulary)}
    rows = {(f, t): postings[f].of(codes[t]).tolist() for f in postings for t in ("red", "tent", "stem")}
    assert rows == {
        ("tokens", "red"): [0],
        ("tokens", "tent"): [0, 1],
        ("tokens", "stem"): [],
        ("asserted", "red"): [0],
        ("asserted", "tent"): [2],
        ("asserted", "stem"): [],
        ("negated", "red"): [],
        ("negated", "tent"): [],
        ("negated", "stem"): [1],
    }


def test_intersections_are_those_of_sets() -> None:
    dice = np.random.default_rng(5)
    for few, many in ((0, 10), (3, 1000), (50, 60), (200, 5000)):
        left = np.unique(dice.integers(0, 6000, few)).astype(np.int32)
        right = np.unique(dice.integers(0, 6000, many)).astype(np.int32)
        assert intersect(left, right).tolist() == np.intersect1d(left, right).tolist()


@pytest.mark.parametrize("width", [64, 384, 13])
def test_a_cosine_depends_on_its_pair_alone(width: int) -> None:
    dice = np.random.default_rng(1)
    rows = dice.normal(size=(101, width)).astype(np.float32)
    queries = dice.normal(size=(21, width)).astype(np.float32)
    together = cosines(rows, queries)
    assert together == pytest.approx((rows @ queries.T).T, rel=1e-3, abs=1e-4)
    for k in (0, 7, 8, 20):
        assert (cosines(rows, queries[k : k + 1])[0] == together[k]).all()
        assert (cosines(rows[50:51].copy(), queries[k:])[:, 0] == together[k:, 50]).all()


def test_idf_falls_with_frequency(catalogue: Catalogue) -> None:
    lexicon = take_snapshot(catalogue).lexicon
    held = catalogue.columns(["tokens"])["tokens"].to_pylist()
    assert lexicon.documents("tent") == sum("tent" in t.split() for t in held) > 100
    assert lexicon.documents("unheard") == 0
    assert lexicon.idf("unheard") > lexicon.idf("lantern") > 0


def test_rows_are_found_by_id(catalogue: Catalogue) -> None:
    snapshot = take_snapshot(catalogue)
    assert snapshot.ids_of(np.arange(snapshot.population, dtype=np.int32))[:2] == ("p0000", "p0001")
    assert [snapshot.row_of(i) for i in ("p0000", "p0731", "p1199")] == [0, 731, 1199]
    assert [snapshot.row_of(i) for i in ("", "p", "p0731x", "z")] == [None] * 4


def test_the_sample_is_fixed_by_its_seed(catalogue: Catalogue) -> None:
    one, same, other = (take_snapshot(catalogue, sample_size=100, whole_up_to=0, seed=s) for s in (1, 1, 2))
    assert (one.sample_rows == same.sample_rows).all()
    assert (one.vectors == same.vectors).all()
    assert (one.sample_rows != other.sample_rows).any()
    whole = take_snapshot(catalogue)
    assert (whole.vectors[one.sample_rows] == one.vectors).all()


def test_a_saved_snapshot_previews_alike(catalogue: Catalogue, encoder: CachedEncoder) -> None:
    taken = load_snapshot(catalogue, sample_size=250, whole_up_to=0)
    folders = list((catalogue.folder / FOLDER).iterdir())
    assert len(folders) == 1
    stale = catalogue.folder / FOLDER / "older.1.250.1"
    stale.mkdir()
    mapped = load_snapshot(catalogue, sample_size=250, whole_up_to=0)
    assert isinstance(mapped.vectors.base, np.ndarray | np.memmap) or mapped.vectors.base is not None
    first, second = TinyPreview(taken, encoder), TinyPreview(mapped, encoder)
    assert first.preview(STRATEGY, intent="camping") == second.preview(STRATEGY, intent="camping")
    assert Lexicon.load(folders[0]).documents("tent") == taken.lexicon.documents("tent")
    load_snapshot(catalogue, sample_size=251, whole_up_to=0)
    assert not stale.exists()
    assert len(list((catalogue.folder / FOLDER).iterdir())) == 2


def test_a_small_catalogue_is_held_whole_and_not_saved(catalogue: Catalogue, tmp_path: Path) -> None:
    before = set((catalogue.folder / FOLDER).glob("*"))
    assert load_snapshot(catalogue, sample_size=10).whole
    assert set((catalogue.folder / FOLDER).glob("*")) == before
