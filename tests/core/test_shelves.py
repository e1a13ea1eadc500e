"""Several catalogues under one home: listing, switching, pinning, and the products behind figures about one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import pipeline
from core.catalogue.embedding import HashingEncoder
from core.errors import CatalogueMismatch, CatalogueMissing, InputError, SourceInvalid
from core.events import result_of
from core.pipeline import Slice
from core.services import Services, build_services
from core.settings import Settings

SHOP = """id,title,category,brand,price,stock,group_id,image
p1,Red mug,Kitchen > Mugs,Acme,5,3,mug,https://example.com/1.jpg
p2,Blue mug,Kitchen > Mugs,Acme,6,0,mug,
p3,Plate,Kitchen > Plates,Other,20,1,,
p4,Tent,Outdoor,,,,,
p5,Old tent,Outdoor,Other,notaprice,,,
"""
OTHER = "id,title\nq1,Chair\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def services(home: Path, tmp_path: Path) -> Iterator[Services]:
    (tmp_path / "shop.csv").write_text(SHOP)
    (tmp_path / "other.csv").write_text(OTHER)
    with build_services(Settings(home=home), encoder=HashingEncoder()) as live:
        result_of(pipeline.build_catalogue(live, [tmp_path / "other.csv"], name="other"))
        result_of(pipeline.build_catalogue(live, [tmp_path / "shop.csv"]))
        yield live


def test_catalogues_are_listed_and_switched_for_everyone(services: Services, home: Path) -> None:
    listed = pipeline.list_catalogues(services)
    assert [(e.name, e.rows, e.in_use, e.problem) for e in listed] == [("other", 1, False, ""), ("shop", 4, True, "")]
    assert all(e.size > 1000 and e.built for e in listed)
    pipeline.use_catalogue(services, "other")
    assert pipeline.catalogue_info(services).name == "other"
    with build_services(Settings(home=home), encoder=HashingEncoder()) as another:
        assert pipeline.catalogue_in_use(another) == "other"
    with pytest.raises(CatalogueMissing):
        pipeline.use_catalogue(services, "nobody")
    assert pipeline.catalogue_in_use(services) == "other"


def test_a_pinned_catalogue_stays(services: Services, home: Path) -> None:
    with build_services(Settings(home=home, catalogue="shop"), encoder=HashingEncoder()) as pinned:
        assert pipeline.pinned_catalogue(pinned) == "shop"
        with pytest.raises(InputError, match="SHELFCRAFT_CATALOGUE"):
            pipeline.use_catalogue(pinned, "other")
        assert pipeline.catalogue_info(pinned).name == "shop"
    assert pipeline.pinned_catalogue(services) is None


def test_a_catalogue_of_another_model_is_listed_with_its_reason(services: Services, home: Path) -> None:
    class Another(HashingEncoder):
        name = "another"

    with build_services(Settings(home=home), encoder=Another()) as live:
        entry = pipeline.list_catalogues(live)[0]
        assert entry.rows == 1
        assert "Build it again" in entry.problem
        with pytest.raises(CatalogueMismatch):
            pipeline.use_catalogue(live, "other")
        assert pipeline.catalogue_in_use(live) == "shop"


@pytest.mark.parametrize(
    ("part", "ids"),
    [
        (Slice("all"), ["p1", "p2", "p3", "p4"]),
        (Slice("families"), ["p1", "p3", "p4"]),
        (Slice("variants"), ["p1"]),
        (Slice("department", "Kitchen"), ["p1", "p2", "p3"]),
        (Slice("category", "Kitchen > Mugs"), ["p1", "p2"]),
        (Slice("brand", "Acme"), ["p1", "p2"]),
        (Slice("price", low=5, high=6), ["p1"]),
        (Slice("price", low=6), ["p2", "p3"]),
        (Slice("missing", "price"), ["p4"]),
        (Slice("missing", "brand"), ["p4"]),
        (Slice("missing", "picture"), ["p2", "p3", "p4"]),
        (Slice("picture", "linked"), ["p1"]),
        (Slice("picture", "own"), []),
        (Slice("picture", "any"), ["p1"]),
        (Slice("stock", "to be had"), ["p1", "p3", "p4"]),
        (Slice("stock", "in stock"), ["p1", "p3"]),
        (Slice("stock", "sold out"), ["p2"]),
        (Slice("stock", "unknown"), ["p4"]),
    ],
)
def test_the_products_behind_a_figure(services: Services, part: Slice, ids: list[str]) -> None:
    found = pipeline.catalogue_slice(services, part)
    assert [p.product_id for p in found.products] == ids
    assert found.total == len(ids)


def test_a_sample_is_spread_and_small(services: Services) -> None:
    found = pipeline.catalogue_slice(services, Slice("all"), limit=2)
    assert (found.total, [p.product_id for p in found.products]) == (4, ["p1", "p4"])
    with pytest.raises(InputError):
        pipeline.catalogue_slice(services, Slice("missing", "colour"))


def test_figures_agree_with_their_products(services: Services) -> None:
    stats = pipeline.catalogue_stats(services)
    assert stats["pictures"] == {"own": 0, "linked": 1, "none": 3}
    assert stats["stock"] == {"in stock": 2, "sold out": 1, "unknown": 1}
    assert stats["brand_count"] == 2
    assert sum(n for _, _, n in stats["price_bands"]) == 3
    for low, high, n in stats["price_bands"]:
        part = Slice("price", low=low, high=float("inf") if high is None else high)
        assert pipeline.catalogue_slice(services, part).total == n


def test_rows_set_aside_can_be_taken_away(services: Services, tmp_path: Path) -> None:
    report = result_of(pipeline.build_catalogue(services, [tmp_path / "shop.csv"])).to_json()
    data = pipeline.rows_set_aside(services, report)
    assert data is not None
    assert "Old tent" in data.decode("utf-8-sig")
    secret = tmp_path / "secret.csv"
    secret.write_text("hidden")
    outside = pipeline.rows_set_aside(services, {**report, "problem_file": str(secret)})
    assert outside is not None
    assert "hidden" not in outside.decode("utf-8-sig")
    assert "notaprice" in outside.decode("utf-8-sig")
    assert pipeline.rows_set_aside(services, {"problem_file": None, "problems": []}) is None


def test_a_dropped_file_becomes_a_catalogue(services: Services) -> None:
    kept = pipeline.keep_upload(services, "my shop.csv", io.BytesIO(SHOP.encode()))
    assert pipeline.recent_uploads(services)[0] == pipeline.find_upload(services, kept.upload_id)
    seen = pipeline.inspect_source(kept.path, mapping={"brand": ""})
    assert seen.kept == 4
    report = result_of(pipeline.build_catalogue(services, [kept.path], mapping={"brand": ""}, name="mine"))
    assert (report.rows, report.set_aside) == (4, 1)
    assert pipeline.catalogue_stats(services)["brands"] == {}
    log = pipeline.keep_upload(services, "log.csv", io.BytesIO(b"query,count\nmugs,7\ntents,2\n"), kind="logs")
    assert [u.upload_id for u in pipeline.recent_uploads(services)] == [kept.upload_id]
    assert pipeline.find_upload(services, log.upload_id, kind="logs") == log
    assert pipeline.inspect_query_log(log.path).most == (("mugs", 7), ("tents", 2))
    empty = pipeline.keep_upload(services, "log.csv", io.BytesIO(b"query,count\n"))
    with pytest.raises(SourceInvalid):
        pipeline.inspect_query_log(empty.path)
    pipeline.forget_upload(services, kept.upload_id)
    with pytest.raises(InputError):
        pipeline.find_upload(services, kept.upload_id)
