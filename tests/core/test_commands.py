"""The command line as its users call it: every command in a process of its own kind, on a small shop's export."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from tests.core.command_line import Run, json_command

KINDS = {
    "camping tent": ("Outdoor > Camping > Tents", 120.0),
    "camping lantern": ("Outdoor > Camping > Lanterns", 25.0),
    "kids sleeping bag": ("Outdoor > Camping > Sleeping Bags", 45.0),
    "camp stove": ("Outdoor > Camping > Stoves", 60.0),
    "wine glass": ("Kitchen > Glasses > Wine Glasses", 12.0),
    "coffee mug": ("Kitchen > Cups > Mugs", 9.0),
    "office chair": ("Home > Office > Chairs", 180.0),
    "dog bowl": ("Pets > Dogs > Bowls", 14.0),
}
COLOURS = "red blue green black white orange grey yellow".split()


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A shop's export of 256 products, semicolons and all."""
    path = tmp_path / "export.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["SKU", "Product name", "Category", "Price", "Stock", "Colour", "Brand"])
        for number in range(256):
            kind = list(KINDS)[number % len(KINDS)]
            colour = COLOURS[number // len(KINDS) % len(COLOURS)]
            category, price = KINDS[kind]
            name = f"{colour} {kind} model {number}"
            stock = "" if number % 10 == 0 else number % 4
            writer.writerow([f"0{number:03d}", name, category, f"{price + number / 10:.2f}", stock, colour, "Acme"])
    return path


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command with `--json`; gives the exit code, the document and what went to standard error."""
    monkeypatch.setenv("SHELFCRAFT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SHELFCRAFT_ENCODER", "hashing")
    for name in ("SHELFCRAFT_CATALOGUE", "SHELFCRAFT_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return json_command(capsys)


@pytest.fixture
def shop(run: Run, export: Path) -> Run:
    """The same, with the export built."""
    code, report, err = run("catalogue", "build", "--source", str(export))
    assert code == 0, err
    assert report["kept"] == 256
    assert report["set_aside"] == 0
    return run


def test_build_makes_the_catalogue_current(shop: Run) -> None:
    code, stats, _ = shop("catalogue", "stats")
    assert code == 0
    assert stats["rows"] == 256


def test_add_upserts_by_id(shop: Run, tmp_path: Path) -> None:
    more = tmp_path / "more.csv"
    more.write_text("sku,name,price\n0001,a new name for the lantern,7\n9999,garden gnome,11\n")
    code, report, err = shop("catalogue", "add", "--source", str(more))
    assert code == 0, err
    assert report["rows"] == 257
    _, found, _ = shop("search", "garden gnome", "--limit", "1")
    assert found["products"][0]["product_id"] == "9999"


def test_recall_preview_and_explain_agree(shop: Run, tmp_path: Path) -> None:
    strategy = tmp_path / "strategy.json"
    strategy.write_text(json.dumps({"positiveSearch": ["camping tent"], "negativeSearch": ["red"]}))
    _, preview, _ = shop("preview", "--strategy", str(strategy))
    _, recalled, _ = shop("recall", "--strategy", str(strategy))
    assert preview["count"] == recalled["count"] == len(recalled["products"]) == 28
    assert preview["interval"] == [28, 28]
    assert recalled["products"][0]["terms"] == ["camping tent"]
    assert all(isinstance(p["product_id"], str) for p in recalled["products"])
    kept = recalled["products"][0]["product_id"]
    _, why, _ = shop("explain", "--strategy", str(strategy), "--product", kept)
    assert why["recalled"] is True
    _, why_not, _ = shop("explain", "--strategy", str(strategy), "--product", "0000")
    assert (why_not["recalled"], why_not["step"]) == (False, "excluded")


def test_a_strategy_is_read_from_a_plan_on_standard_input(shop: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from io import StringIO

    code, plan, err = shop("plan", "camping with kids", "--turns", "2")
    assert code == 0, err
    assert plan["strategy"]["positiveSearch"]
    assert 1 <= len(plan["turns"]) <= 2
    assert plan["reward"]["total"] == max(t["reward"]["total"] for t in plan["turns"])
    monkeypatch.setattr("sys.stdin", StringIO(json.dumps(plan)))
    _, recalled, _ = shop("recall", "--strategy", "-", "--limit", "3")
    assert recalled["count"] == plan["preview"]["count"]
    assert len(recalled["products"]) == min(3, recalled["count"])


def test_select_exports_the_list(shop: Run, tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    code, chosen, err = shop("select", "camping", "--size", "20", "--max-price", "100", "--out", str(out))
    assert code == 0, err
    ids = [p["product_id"] for p in chosen["products"]]
    assert 0 < len(ids) <= 20
    assert [p["rank"] for p in chosen["products"]] == list(range(1, len(ids) + 1))
    for before, after in zip(chosen["funnel"], chosen["funnel"][1:], strict=False):
        assert before["left"] == after["entered"]
    table = pd.read_csv(out, dtype={"product_id": str})
    assert list(table["product_id"].str.lstrip("'")) == ids
    assert (table["price"] <= 100).all()


def test_select_lists_fewer_products_the_stricter_it_is(shop: Run, tmp_path: Path) -> None:
    wide = tmp_path / "wide.json"
    wide.write_text(json.dumps({"positiveSearch": ["camping", "wine glass", "red"]}))
    listed, told = {}, {}
    for strictness in ("loose", "balanced", "strict"):
        code, chosen, err = shop(
            "select", "camping", "--strategy", str(wide), "--size", "256", "--strictness", strictness
        )
        assert code == 0, err
        listed[strictness] = {p["product_id"] for p in chosen["products"]}
        told[strictness] = next(dict(stage["at"]) for stage in chosen["funnel"] if stage["at"])
        assert chosen["strategy"]["filters"].get("strictness", "balanced") == strictness
    assert listed["strict"] <= listed["balanced"] <= listed["loose"] and listed["strict"] < listed["loose"]
    # Each list says how long the others would be.
    assert told["loose"] == told["strict"] == {name: len(ids) for name, ids in listed.items()}


def test_search_many(shop: Run, tmp_path: Path) -> None:
    queries, out = tmp_path / "q.tsv", tmp_path / "r.tsv"
    queries.write_text('query_idx\tquery\n7\twine glass\n9\t1/2" dog bowl\n')
    code, done, err = shop("search", "--queries", str(queries), "--out", str(out), "--limit", "5")
    assert code == 0, err
    assert done["queries"] == 2
    rows = pd.read_csv(out, sep="\t", dtype={"product_id": str})
    assert list(rows.columns) == ["query_idx", "product_id", "rank", "score"]
    assert list(rows["rank"]) == [1, 2, 3, 4, 5] * 2
    assert (rows.groupby("query_idx")["score"].diff().dropna() <= 1e-9).all()


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("plan", "   "), 3, "empty"),
        (("plan", "🎉🎉"), 3, "word"),
        (("search", ""), 3, ""),
        (("plan", "tents", "--turns", "99"), 3, "turns"),
        (("catalogue", "build", "--source", "nowhere.csv"), 3, "nowhere.csv"),
        (("catalogue", "build", "--source", "x.csv", "--map", "price"), 3, "FIELD=COLUMN"),
        (("catalogue", "stats", "--catalogue", "nobody"), 4, "nobody"),
        (("recall", "--strategy", "missing.json"), 3, "missing.json"),
        (("select", "tents", "--out", "list.pdf"), 3, ".csv"),
    ],
)
def test_failures_are_sentences_with_codes(shop: Run, words: tuple[str, ...], code: int, sentence: str) -> None:
    got, document, err = shop(*words)
    assert got == code
    assert sentence in err
    assert document["error"]["message"] in err


def test_feedback_export_without_feedback_is_empty(shop: Run, tmp_path: Path) -> None:
    out = tmp_path / "feedback.parquet"
    code, done, err = shop("feedback", "export", "--format", "parquet", "--out", str(out))
    assert code == 0, err
    assert done["events"] == 0
    assert len(pd.read_parquet(out)) == 0
