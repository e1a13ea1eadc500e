"""Builds and additions on a real LanceDB: atomic, resumable, reusing vectors; bad rows set aside with their reason."""

from __future__ import annotations

import csv
import errno
import signal
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from core.catalogue import ingest
from core.catalogue.embedding import HashingEncoder
from core.catalogue.schema import table_schema, text_hash, vector_text
from core.catalogue.sources import Frame, ProductRows
from core.catalogue.storage import full_disk
from core.catalogue.table import CatalogueHome
from core.catalogue.vectors import MappedVectors, vector_file
from core.errors import (
    CatalogueBusy,
    CatalogueMismatch,
    CatalogueMissing,
    InputError,
    ProductMissing,
    SourceInvalid,
    StorageFull,
)
from core.events import StageFinished, StageProgress, Warned
from tests.core.catalogue.ingesting import drive, write_csv

HEADER = ["sku", "name", "brand", "category", "price", "stock", "colour"]
MUGS = [
    ["02", "Summit Enamel Trail Mug, Blue", "Trailhead", "Outdoor/Camping", "$12.50", "4", "Blue"],
    ["01", "Summit Enamel Trail Mug, Red", "Trailhead", "Outdoor/Camping", "$13.00", "out of stock", "Red"],
    ["9", "Oak Desk Lamp without Shade", "Lumo", "Home/Lighting", "$89.00", "in stock", ""],
]
ROOT = Path(__file__).resolve().parents[3]


class Failing:
    """A hashing encoder that runs out of disk, or just stops, after some texts."""

    name, dimension, profile = HashingEncoder.name, HashingEncoder.dimension, HashingEncoder.profile

    def __init__(self, after: int, error: Exception) -> None:
        self.left, self.error = after, error

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.left -= len(texts)
        if self.left < 0:
            raise self.error
        return HashingEncoder().encode(texts)


@pytest.fixture
def home(tmp_path: Path) -> CatalogueHome:
    return CatalogueHome(tmp_path / "home")


@pytest.fixture
def mugs(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "mugs.csv", [HEADER, *MUGS])


def test_build_and_read_back(home: CatalogueHome, mugs: Path) -> None:
    report, events = drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder()))
    assert (report.read, report.kept, report.set_aside, report.embedded, report.reused) == (3, 3, 0, 3, 0)
    assert (report.rows, report.families, report.currencies) == (3, 2, (("USD", 3),))
    assert report.problem_file is None
    assert home.current() == "shop"
    catalogue = home.open(encoder=HashingEncoder())
    assert catalogue.table.schema == table_schema(64)
    assert catalogue.columns(["product_id", "in_stock"]).to_pydict() == {
        "product_id": ["01", "02", "9"],
        "in_stock": [False, True, True],
    }
    found = catalogue.products(["9", "01", "none"])
    assert list(found) == ["9", "01"]
    # Some of them are known by now and some are not; the order stays the one asked for.
    assert list(catalogue.products(["02", "9", "none", "01"])) == ["02", "9", "01"]
    lamp, red = found.values()
    assert (lamp.category, lamp.price, lamp.currency, lamp.stock) == ("Home > Lighting", 89.0, "USD", None)
    assert (red.family, red.stock, dict(red.attributes)) == ("01", 0, {"color": "Red"})
    assert catalogue.columns(["negated"])["negated"].to_pylist() == ["", "", "shade"]
    text = vector_text(title=lamp.title, brand="Lumo", category="Home > Lighting", attributes={})
    assert np.allclose(catalogue.vectors(["9"])["9"], HashingEncoder().encode([text])[0])
    with pytest.raises(ProductMissing):
        catalogue.product("none")
    progress = [e for e in events if isinstance(e, StageProgress) and e.stage == "embed"]
    assert (progress[-1].done, progress[-1].total) == (3, 3)
    assert [e.stage for e in events if isinstance(e, StageFinished)] == ["read", "embed", "index"]


def test_full_text_finds_tokens_as_they_stand(home: CatalogueHome, mugs: Path) -> None:
    drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder()))
    table = home.open().table
    for query, ids in (("enamel mug", {"01", "02"}), ("lamp", {"9"}), ("shade", {"9"})):
        rows = table.search(query, query_type="fts", fts_columns="tokens").select(["product_id", "_score"]).to_list()
        assert {r["product_id"] for r in rows} == ids
    assert (
        table.search("shade", query_type="fts", fts_columns="asserted").select(["product_id", "_score"]).to_list() == []
    )
    assert {tuple(i.columns) for i in table.list_indices()} >= {
        ("tokens",), ("asserted",), ("product_id",), ("in_stock",), ("price_bucket",), ("category_key",),
    }  # fmt: skip


def test_bad_rows_are_set_aside_and_written_down(home: CatalogueHome, tmp_path: Path) -> None:
    bad = [
        ["10", "", "", "", "1", "1", ""],
        ["11", "Lamp A", "", "", "call us", "1", ""],
        ["12", "Lamp B", "", "", "-3", "1", ""],
        ["13", "Lamp C", "", "", "3", "perhaps", ""],
        ["", "Lamp D", "", "", "3", "1", ""],
        ["9", "Lamp E", "", "", "3", "1", ""],
        ["14", "=1+1 <b>Lamp</b> &amp; Co", "", "", "1.299,00 €", "1", ""],
    ]
    path = write_csv(tmp_path / "a.csv", [HEADER, *MUGS, *bad])
    report, _ = drive(ingest.build(home, [path], name="shop", encoder=HashingEncoder()))
    assert (report.read, report.kept, report.set_aside) == (10, 4, 6)
    assert [(p.row, p.column) for p in report.problems] == [
        (4, "name"), (5, "price"), (6, "price"), (7, "stock"), (8, "sku"), (9, "sku"),
    ]  # fmt: skip
    assert "already that of row 3;" in report.problems[-1].reason
    assert report.problem_file is not None
    with open(report.problem_file, encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["source", "row", "column", "reason", *HEADER]
    assert [line[1] for line in lines[1:]] == ["4", "5", "6", "7", "8", "9"]
    assert lines[2][4:] == bad[1]
    product = home.open().product("14")
    assert (product.title, product.price, product.currency) == ("=1+1 Lamp & Co", 1299.0, "EUR")


def test_unreadable_extras_are_notes(home: CatalogueHome, tmp_path: Path) -> None:
    rows = [["id", "title", "rating", "launch_date", "image"], ["1", "Lamp", "9", "soon", "cat.jpg"]]
    report, _ = drive(ingest.build(home, [write_csv(tmp_path / "a.csv", rows)], name="shop", encoder=HashingEncoder()))
    assert (report.kept, report.noted) == (1, 3)
    assert [n.column for n in report.notes] == ["rating", "launch_date", "image"]
    assert not any(n.set_aside for n in report.notes)


def test_pictures_are_kept_as_bytes_and_other_bytes_left_out(home: CatalogueHome, tmp_path: Path) -> None:
    jpeg = b"\xff\xd8\xff\xe0" + bytes(50)
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": [1, 2, 3], "title": ["a", "b", "c"], "image": [jpeg, b"no picture", None]}), path)
    report, _ = drive(ingest.build(home, [path], name="shop", encoder=HashingEncoder()))
    catalogue = home.open()
    assert [catalogue.picture(i) for i in "1234"] == [jpeg, None, None, None]
    assert [p.has_image for p in catalogue.products(["1", "2"]).values()] == [True, False]
    assert [n.row for n in report.notes] == [2]


def test_several_sources_a_frame_and_rows(home: CatalogueHome, mugs: Path) -> None:
    frame = pd.DataFrame({"id": [5, 6], "title": ["Tent", "Sleeping bag"], "price": [99.0, None]})
    own = ProductRows("demo", [{"product_id": "D-1", "title": "Kettle", "attributes": {"color": "Red"}}])
    report, _ = drive(ingest.build(home, [mugs, Frame("frame", frame), own], name="all", encoder=HashingEncoder()))
    assert [(s.source, s.kind, s.kept) for s in report.sources] == [
        ("mugs.csv", "CSV", 3), ("frame", "table", 2), ("demo", "rows", 1),
    ]  # fmt: skip
    assert home.open().product("6").price is None


def test_ids_are_made_where_there_are_none_and_stay(home: CatalogueHome, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["title", "price"], ["Oak lamp", "1"], ["Tent", "2"], ["Tent", "3"]])
    report, events = drive(ingest.build(home, [path], name="shop", encoder=HashingEncoder()))
    assert any(isinstance(e, Warned) and "no column of ids" in e.message for e in events)
    assert (report.kept, report.set_aside) == (2, 1)
    before = home.open().columns(["product_id"])
    write_csv(path, [["title", "price"], ["Tent", "9"], ["Oak lamp", "9"]])
    drive(ingest.build(home, [path], name="shop", encoder=HashingEncoder()))
    assert home.open().columns(["product_id"]) == before


def test_overrides_reach_the_source_that_has_the_column(home: CatalogueHome, mugs: Path, tmp_path: Path) -> None:
    other = write_csv(tmp_path / "b.csv", [["id", "headline", "name"], ["77", "Real title", "internal"]])
    drive(ingest.build(home, [mugs, other], name="s", encoder=HashingEncoder(), mapping={"title": "headline"}))
    assert home.open().product("77").title == "Real title"
    with pytest.raises(InputError, match="No source has the column 'nowhere'"):
        drive(ingest.build(home, [mugs], name="s", encoder=HashingEncoder(), mapping={"title": "nowhere"}))
    assert home.open("s").rows == 4


def test_nothing_usable_leaves_the_old_version(home: CatalogueHome, mugs: Path, tmp_path: Path) -> None:
    drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder()))
    bad = write_csv(tmp_path / "bad.csv", [["id", "title"], ["1", ""]])
    with pytest.raises(SourceInvalid, match="There is no title"):
        drive(ingest.build(home, [bad], name="shop", encoder=HashingEncoder()))
    assert home.open("shop").rows == 3
    assert list(home.root.glob("shop/problems-*.csv"))


def test_rebuild_embeds_nothing(home: CatalogueHome, mugs: Path) -> None:
    drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder()))
    again, _ = drive(ingest.build(home, [mugs], name="other", encoder=HashingEncoder()))
    assert (again.embedded, again.reused) == (0, 3)
    (home.home / "vectors.db").unlink()
    from_catalogue, _ = drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder()))
    assert (from_catalogue.embedded, from_catalogue.reused) == (0, 3)


def test_vectors_that_are_handed_in_are_taken(home: CatalogueHome) -> None:
    text = vector_text(title="Kettle", brand="", category="", attributes={})
    vector = np.zeros(64, dtype=np.float32)
    vector[3] = 1
    rows = ProductRows("demo", [{"product_id": "1", "title": "Kettle"}])
    report, _ = drive(
        ingest.build(home, [rows], name="d", encoder=HashingEncoder(), known=MappedVectors({text_hash(text): vector}))
    )
    assert (report.embedded, report.reused) == (0, 1)
    assert np.array_equal(home.open().vectors(["1"])["1"], vector)


def test_add_upserts_in_one_commit_and_refolds(home: CatalogueHome, mugs: Path, tmp_path: Path) -> None:
    drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder()))
    before = home.open("shop")
    more = write_csv(
        tmp_path / "more.csv",
        [HEADER, ["9", "Oak Desk Lamp", "Lumo", "Home/Lighting", "$95", "", ""],
         ["00", "Summit Enamel Trail Mug, Green", "Trailhead", "Outdoor/Camping", "$11", "7", "Green"]],
    )  # fmt: skip
    report, _ = drive(ingest.add(home, [more], name="shop", encoder=HashingEncoder()))
    assert (report.rows, report.read, report.families) == (4, 2, 2)
    assert before.rows == 3
    assert before.stale()
    assert before.product("9").price == 89.0
    after = home.open("shop")
    assert after.product("9").price == 95.0
    # The new smallest id leads the family of products that were not in the file.
    assert {i: p.family for i, p in after.products(["00", "01", "02"]).items()} == {"00": "00", "01": "00", "02": "00"}
    rows = (
        after.table.search("green", query_type="fts", fts_columns="tokens").select(["product_id", "_score"]).to_list()
    )
    assert [r["product_id"] for r in rows] == ["00"]
    assert not after.stale()


def test_add_needs_a_catalogue_of_the_same_encoder(home: CatalogueHome, mugs: Path) -> None:
    with pytest.raises(CatalogueMissing, match="build it first"):
        drive(ingest.add(home, [mugs], name="shop", encoder=HashingEncoder()))
    drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder()))
    other = Failing(0, RuntimeError())
    other.name = "another model"
    with pytest.raises(CatalogueMismatch, match="another model"):
        drive(ingest.add(home, [mugs], name="shop", encoder=other))
    with pytest.raises(CatalogueMismatch, match="another model"):
        home.open("shop", encoder=other)


def test_query_log(home: CatalogueHome, mugs: Path, tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", [["query", "count"], ["red  mug", 3], ["Lamp", "10"], ["lamp", 1], ["", 5]])
    report, _ = drive(
        ingest.build(home, [mugs], name="s", encoder=HashingEncoder(), query_log=log, queries=(("tent", 7),))
    )
    assert report.queries == 3
    assert home.open().query_log() == (("lamp", 11), ("tent", 7), ("red mug", 3))
    drive(ingest.add(home, [mugs], name="s", encoder=HashingEncoder(), query_log=log))
    assert home.open().query_log()[0] == ("lamp", 22)


def test_a_second_writer_is_turned_away(home: CatalogueHome, mugs: Path) -> None:
    work = ingest.build(home, [mugs], name="shop", encoder=HashingEncoder())
    next(work)
    with pytest.raises(CatalogueBusy, match="Another process is writing"):
        drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder()))
    work.close()
    assert home.names() == ()
    assert [p for p in home.root.glob("shop/*") if p.is_dir()] == []
    drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder()))
    assert home.names() == ("shop",)


def test_a_full_disk_keeps_the_old_version_and_the_vectors(home: CatalogueHome, mugs: Path, tmp_path: Path) -> None:
    drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder()))
    rows = [["id", "title"], *([str(i), f"Product number {i}"] for i in range(600))]
    path = write_csv(tmp_path / "many.csv", rows)
    failing = Failing(512, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(StorageFull, match="is full"):
        drive(ingest.build(home, [path], name="shop", encoder=failing))
    assert home.open("shop").rows == 3
    again, _ = drive(ingest.build(home, [path], name="shop", encoder=HashingEncoder()))
    assert (again.embedded, again.reused) == (88, 512)


@pytest.mark.parametrize("message", ["LanceError(IO): No space left on device (os error 28)", "Disk quota exceeded"])
def test_lances_own_words_for_a_full_disk(message: str) -> None:
    with pytest.raises(StorageFull), full_disk(Path("home")):
        raise RuntimeError(message)
    with pytest.raises(RuntimeError, match="something else"), full_disk(Path("home")):
        raise RuntimeError("something else")


def test_a_killed_build_leaves_the_old_version_and_goes_on(home: CatalogueHome, mugs: Path, tmp_path: Path) -> None:
    drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder()))
    path = write_csv(tmp_path / "many.csv", [["id", "title"], *([str(i), f"Product number {i}"] for i in range(1200))])
    script = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from core.catalogue import ingest
        from core.catalogue.embedding import HashingEncoder
        from core.catalogue.table import CatalogueHome
        home = CatalogueHome(Path(sys.argv[1]))
        for event in ingest.build(home, [sys.argv[2]], name="shop", encoder=HashingEncoder()):
            if event.type == "progress" and event.stage == "embed" and event.done >= 512:
                print("midway", flush=True)
                time.sleep(60)
        """
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(home.home), str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "midway\n"
    with pytest.raises(CatalogueBusy):
        drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder()))
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert home.open("shop").rows == 3
    report, _ = drive(ingest.build(home, [path], name="shop", encoder=HashingEncoder()))
    assert (report.embedded, report.reused, report.rows) == (688, 512, 1200)
    # What the killed build left is gone: the active build and the one before it remain.
    assert len([p for p in home.root.glob("shop/*") if p.is_dir()]) == 2


def test_a_reader_keeps_the_build_it_opened(home: CatalogueHome, mugs: Path, tmp_path: Path) -> None:
    drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder()))
    old = home.open("shop")
    drive(
        ingest.build(
            home,
            [write_csv(tmp_path / "a.csv", [["id", "title"], ["x", "Tent"]])],
            name="shop",
            encoder=HashingEncoder(),
        )
    )
    assert old.stale()
    assert len(old.products(["01", "02", "9"])) == 3
    assert home.open("shop").rows == 1


def test_names_and_layouts(home: CatalogueHome, mugs: Path) -> None:
    with pytest.raises(CatalogueMissing, match="no catalogue yet"):
        home.open()
    with pytest.raises(InputError, match="name"):
        drive(ingest.build(home, [mugs], name="../up", encoder=HashingEncoder()))
    drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder(), make_current=False))
    assert home.current() is None
    with pytest.raises(CatalogueMissing, match="There are: shop"):
        home.open("other")
    meta = next(home.root.glob("shop/*/catalogue.json"))
    meta.write_text(meta.read_text().replace('"layout": ', '"layout": 9'))
    with pytest.raises(CatalogueMismatch, match="layout"):
        home.open("shop")
    # A catalogue of an older layout can be built again all the same.
    drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder()))
    assert home.open("shop").rows == 3
    home.delete("shop")
    assert home.names() == ()


def test_stats(home: CatalogueHome, mugs: Path) -> None:
    drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder()))
    stats = home.open().stats()
    assert (stats["rows"], stats["families"], stats["currency"]) == (3, 2, "USD")
    assert stats["departments"] == {"Outdoor": 2, "Home": 1}
    assert stats["price"]["0.5"] == 13.0
    assert stats["missing"] == {
        "price": 0.0, "stock": 0.3333, "rating": 1.0, "brand": 0.0, "category": 0.0, "picture": 1.0,
    }  # fmt: skip


def test_quotes_in_ids_are_only_text(home: CatalogueHome, tmp_path: Path) -> None:
    evil = "x' OR '1'='1"
    path = write_csv(tmp_path / "a.csv", [["id", "title"], [evil, "Lamp"], ["2", "Tent"]])
    drive(ingest.build(home, [path], name="shop", encoder=HashingEncoder()))
    catalogue = home.open()
    assert list(catalogue.products([evil])) == [evil]
    assert catalogue.products(["y' OR '1'='1"]) == {}
    drive(ingest.add(home, [path], name="shop", encoder=HashingEncoder()))
    assert home.open().rows == 2


def test_vector_file_forgets_the_oldest(tmp_path: Path) -> None:
    with vector_file(tmp_path, encoder="e", dimension=2) as file:
        for i in range(5):
            file.put([str(i)], np.full((1, 2), i, dtype=np.float32))
        file.trim(3)
        assert sorted(file.get(list("01234"))) == ["2", "3", "4"]
    with vector_file(tmp_path, encoder="other", dimension=2) as file:
        assert file.get(["4"]) == {}


def test_a_damaged_file_of_vectors_is_put_aside(home: CatalogueHome, mugs: Path) -> None:
    home.home.mkdir()
    (home.home / "vectors.db").write_bytes(b"this is no database" * 100)
    report, _ = drive(ingest.build(home, [mugs], name="shop", encoder=HashingEncoder()))
    assert report.embedded == 3
    assert (home.home / "vectors.damaged").exists()


def test_real_sources_build(home: CatalogueHome, shared_data: Path) -> None:
    sources = [shared_data / name / "products.parquet" for name in ("retail_demo_store", "grocery")]
    report, _ = drive(ingest.build(home, sources, name="real", encoder=HashingEncoder()))
    assert [s.source for s in report.sources] == ["retail_demo_store/products.parquet", "grocery/products.parquet"]
    assert (report.kept, report.set_aside) == (2465 + 81, 0)
    catalogue = home.open()
    assert catalogue.picture("g0") is not None
    assert {i.index_type for i in catalogue.table.list_indices() if i.columns == ["vector"]} == {"IvfFlat"}
