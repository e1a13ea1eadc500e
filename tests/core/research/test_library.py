"""The trend library over real LanceDB: added, found, read around, replaced; and what a fault leaves behind."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.catalogue.embedding import HashingEncoder
from core.errors import DocumentInvalid, PageError, SearchError, StorageFull, StoreBusy, StoreError, ThemeInvalid
from core.events import Event, StageProgress, Warned
from core.research.contract import PageReader, SearchProvider
from core.research.library import LibraryReport, TrendLibrary, incoming, table
from core.research.library.ranking import Rarity, marks, worth
from tests.core.research.pdf_files import pdf_of

ROOT = Path(__file__).resolve().parents[3]
FAIR = (
    "fair.md",
    b"""---
date: 2026-02-11
---
# Notes of the fair
## Picnics
Families buy wicker baskets and enamel mugs together.
## Colours
Butter yellow stands in every window.
""",
)
TILL = ("till.csv", b"term;week;note\nenamel mug;2026-03-01;asked for\nneon rug;2026-03-08;came back\n")
REPORT = ("Spring report.pdf", pdf_of(["Wicker baskets sell.", "Lanterns hang from branches.", "Neon is gone."]))


class Other(HashingEncoder):
    """The same vectors under another name, and how many texts it was asked for."""

    name = "other"

    def __init__(self) -> None:
        self.asked = 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += len(texts)
        return super().encode(texts)


def drive(work: Generator[Event, None, LibraryReport]) -> tuple[LibraryReport, list[Event]]:
    events: list[Event] = []
    while True:
        try:
            events.append(next(work))
        except StopIteration as stop:
            return stop.value, events


def add(library: TrendLibrary, *files: Any) -> LibraryReport:
    return drive(library.add(files))[0]


@pytest.fixture
def library(tmp_path: Path) -> TrendLibrary:
    return TrendLibrary(tmp_path / "library", HashingEncoder())


@pytest.fixture
def filled(library: TrendLibrary) -> TrendLibrary:
    add(library, FAIR, TILL, REPORT)
    return library


def test_an_empty_library_answers_with_nothing_and_writes_nothing(library: TrendLibrary) -> None:
    assert library.documents() == () and library.search("mugs") == () and library.passages_of("a.md") == ()
    assert not library.outdated
    assert not library.folder.exists()


def test_it_is_what_research_asks_for(filled: TrendLibrary) -> None:
    provider: SearchProvider = filled
    reader: PageReader = filled
    hit = provider.search("enamel mugs", limit=1, seconds=1.0)[0]
    assert (provider.name, hit.address) == ("library", "library:fair.md#1")
    assert reader.read(hit.address).title == "Notes of the fair"


def test_documents_are_listed_with_their_figures(filled: TrendLibrary) -> None:
    listed = {one.name: one for one in filled.documents()}
    assert [one.name for one in filled.documents()] == ["Spring report.pdf", "till.csv", "fair.md"]
    fair = listed["fair.md"]
    assert (fair.kind, fair.title, fair.passages, fair.pages, fair.when) == (
        "Markdown", "Notes of the fair", 2, None, date(2026, 2, 11),
    )  # fmt: skip
    assert fair.size == len(FAIR[1])
    assert (listed["till.csv"].pages, listed["Spring report.pdf"].pages) == (2, 3)
    assert fair.to_json()["when"] == "2026-02-11"


def test_a_passage_is_found_with_page_row_heading_and_date(filled: TrendLibrary) -> None:
    hit = filled.search("lanterns branches", limit=3)[0]
    assert (hit.title, hit.address, hit.page) == ("Spring report", "library:Spring report.pdf#2", 2)
    assert hit.snippet == "Lanterns hang from branches."
    row = filled.search("neon rug", limit=1)[0]
    assert (row.address, row.page, row.when) == ("library:till.csv#2", 2, date(2026, 3, 8))
    under = filled.search("butter yellow", limit=1)[0]
    assert (under.title, under.when) == ("Notes of the fair · Colours", date(2026, 2, 11))


def test_words_are_found_whatever_their_form_and_marked_where_they_stand(filled: TrendLibrary) -> None:
    found = filled.passages("What do they say about Enamel MUG?", limit=5)
    assert {one.document for one in found} == {"fair.md", "till.csv"}
    fair = next(one for one in found if one.document == "fair.md")
    assert fair.words == ("enamel", "mug")
    assert [fair.text[a:b] for a, b in fair.marks] == ["enamel", "mugs"]


def test_what_is_not_there_is_not_found(filled: TrendLibrary) -> None:
    assert filled.passages("mortgage interest") == ()
    assert filled.passages("mugs", limit=0) == ()
    with pytest.raises(ThemeInvalid, match="at least one word"):
        filled.passages(" ?! ")


def test_meaning_alone_finds_too(tmp_path: Path) -> None:
    class Bilingual(HashingEncoder):
        """Knows that a basket is a panier."""

        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return super().encode([text.replace("panier", "basket").replace("osier", "wicker") for text in texts])

    library = TrendLibrary(tmp_path / "library", Bilingual())
    add(library, ("a.txt", b"Wicker baskets."), ("b.txt", b"Neon rugs."))
    found = library.passages("panier osier")
    assert [(one.document, one.words, one.near) for one in found] == [("a.txt", (), True)]


def test_of_a_long_passage_the_nearest_window_counts(library: TrendLibrary) -> None:
    before = " ".join(f"Word{n} stands here and says nothing of use." for n in range(18))
    add(library, ("long.txt", f"{before} Folding stools sell out.".encode()), ("short.txt", b"Garden gnomes."))
    found = library.passages("folding stools", limit=1)[0]
    assert found.document == "long.txt"
    # Nearer than the words alone would be, which the mean over the whole passage is not.
    assert found.score > 0.68


def test_reading_an_address_gives_what_stands_around_it(library: TrendLibrary) -> None:
    text = "\n\n".join(f"## Part {n}\n{'Lanterns and rugs. ' * 18}number{n}" for n in range(1, 41))
    add(library, ("long.md", text.encode()))
    page = library.read("library:long.md#20")
    assert "number20" in page.text and "number19" in page.text and "number21" in page.text
    assert "Part 20" in page.text and len(page.text) < 8_000
    assert page.note.startswith("Passages ") and page.address == "library:long.md#20"
    beginning = library.read("library:long.md")
    assert beginning.text.startswith("Part 1\n") and "number1" in beginning.text
    assert "number40" in library.read("library:long.md#40").text


def test_a_short_document_is_read_whole_without_a_note(filled: TrendLibrary) -> None:
    page = filled.read("library:fair.md#2")
    assert page.text == (
        "Picnics\n\nFamilies buy wicker baskets and enamel mugs together.\n\n"
        "Colours\n\nButter yellow stands in every window."
    )
    assert (page.note, page.when) == ("", date(2026, 2, 11))


@pytest.mark.parametrize(
    "address", ["library:gone.md#1", "library:fair.md#99", "library:", "library:#1", "library:a#b"]
)
def test_an_address_that_leads_nowhere_says_so(filled: TrendLibrary, address: str) -> None:
    with pytest.raises(PageError, match="Search it anew"):
        filled.read(address)


def test_names_may_hold_anything(library: TrendLibrary) -> None:
    names = ['it\'s 50% "off" #1; DROP TABLE passages.md', "灯笼 #2.txt", "a' OR '1'='1.txt"]
    add(library, *((name, f"Lantern {n}".encode()) for n, name in enumerate(names)))
    assert {one.name for one in library.documents()} == set(names)
    for n, name in enumerate(names):
        assert library.read(f"library:{name}#1").text == f"Lantern {n}"
    assert library.remove(names[2]).name == names[2]
    assert {one.name for one in library.documents()} == set(names[:2])


def test_a_file_of_the_same_name_takes_the_place_of_the_old_one(filled: TrendLibrary) -> None:
    report = add(filled, ("FAIR.md", b"Only hammocks now."))
    assert [one.name for one in report.added] == ["FAIR.md"]
    assert [one.name for one in filled.documents()] == ["FAIR.md", "Spring report.pdf", "till.csv"]
    assert [one.text for one in filled.passages_of("fair.md")] == ["Only hammocks now."]
    assert all(hit.address != "library:fair.md#1" for hit in filled.search("enamel mugs"))
    assert filled.search("hammocks")[0].address == "library:FAIR.md#1"


def test_an_unchanged_file_is_left_as_it_is(tmp_path: Path) -> None:
    encoder = Other()
    library = TrendLibrary(tmp_path / "library", encoder)
    add(library, FAIR)
    added, asked = library.documents()[0].added, encoder.asked
    report = add(library, FAIR)
    assert (report.added, report.unchanged, encoder.asked) == ((), ("fair.md",), asked)
    assert library.documents()[0].added == added
    assert report.summary() == "fair.md unchanged"


def test_one_bad_file_keeps_none_of_the_others_out(library: TrendLibrary, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("Hammocks sell.")
    report, events = drive(library.add([FAIR, ("scan.pdf", pdf_of([""])), tmp_path / "missing.md", path]))
    assert [one.name for one in report.added] == ["fair.md", "note.txt"]
    assert [name for name, _ in report.refused] == ["scan.pdf", "missing.md"]
    assert "No such file" in report.refused[1][1]
    assert [event.message for event in events if isinstance(event, Warned)] == [reason for _, reason in report.refused]
    assert "Not added: scan.pdf" in report.text() and "2 not added" in report.summary()


def test_where_no_file_can_be_read_it_fails_with_every_reason(library: TrendLibrary) -> None:
    with pytest.raises(DocumentInvalid, match=r"a\.png is a picture.*b\.txt is empty"):
        add(library, ("a.png", b"\x89PNG"), ("b.txt", b""))
    assert library.documents() == ()


def test_it_says_how_far_it_is(library: TrendLibrary) -> None:
    text = "\n\n".join(f"## Part {n}\nLantern {n}" for n in range(100))
    _, events = drive(library.add([("many.md", text.encode())]))
    steps = [event for event in events if isinstance(event, StageProgress)]
    assert [(step.done, step.total) for step in steps] == [(32, 100), (64, 100), (96, 100), (100, 100)]
    assert steps[0].note == "Indexing many.md"


def test_what_was_finished_is_kept_where_it_is_stopped(library: TrendLibrary) -> None:
    text = "\n\n".join(f"## Part {n}\nLantern {n}" for n in range(100))
    work = library.add([FAIR, ("many.md", text.encode()), TILL])
    for event in work:
        if isinstance(event, StageProgress) and event.note == "Indexing many.md":
            break
    work.close()
    assert [one.name for one in library.documents()] == ["fair.md"]
    assert [one.name for one in add(library, FAIR, ("many.md", text.encode()), TILL).added] == ["many.md", "till.csv"]


def test_removing_leaves_the_others(filled: TrendLibrary) -> None:
    assert filled.remove("fair.md").passages == 2
    assert {one.name for one in filled.documents()} == {"till.csv", "Spring report.pdf"}
    assert all("fair" not in hit.address for hit in filled.search("enamel mugs wicker baskets"))
    with pytest.raises(DocumentInvalid, match="no document 'fair.md'"):
        filled.remove("fair.md")
    for one in filled.documents():
        filled.remove(one.name)
    assert filled.documents() == () and filled.search("mugs") == ()


def test_another_model_searches_words_only_until_it_has_indexed_anew(filled: TrendLibrary) -> None:
    encoder = Other()
    other = TrendLibrary(filled.folder, encoder)
    assert other.outdated
    assert {one.document for one in other.passages("enamel mug")} == {"fair.md", "till.csv"}
    assert not other.passages("families buy wicker baskets and enamel mugs")[0].near
    assert encoder.asked == 0
    report, events = drive(other.add([]))
    assert report == LibraryReport() and not other.outdated and filled.outdated
    assert any("indexed anew for the model other" in e.message for e in events if isinstance(e, Warned))
    assert other.passages("families buy wicker baskets and enamel mugs")[0].near
    assert [one.name for one in other.documents()] == ["Spring report.pdf", "till.csv", "fair.md"]
    assert other.passages_of("till.csv")[1].when == date(2026, 3, 8)


def test_an_encoder_of_another_width_indexes_anew_too(filled: TrendLibrary) -> None:
    class Narrow(HashingEncoder):
        dimension = 32

        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            whole = HashingEncoder().encode(texts)[:, :32]
            return np.ascontiguousarray(whole / np.linalg.norm(whole, axis=1, keepdims=True))

    narrow = TrendLibrary(filled.folder, Narrow())
    assert narrow.outdated and narrow.search("enamel mugs")
    add(narrow, ("new.txt", b"Hammocks sell."))
    assert not narrow.outdated
    assert {hit.address for hit in narrow.search("enamel mugs hammocks sell", limit=20)} >= {"library:new.txt#1"}


def test_two_models_at_once_do_not_mix_their_vectors(filled: TrendLibrary) -> None:
    other = TrendLibrary(filled.folder, Other())
    work = filled.add([("new.txt", b"Hammocks sell.")])
    next(event for event in work if isinstance(event, StageProgress))
    drive(other.add([]))
    with pytest.raises(StoreError, match="one model"):
        drive(work)
    assert len(other.documents()) == 3


@pytest.mark.parametrize("index_from", [60, 100_000])
def test_nothing_is_lost_of_many_passages_however_often_some_are_added(
    library: TrendLibrary, monkeypatch: pytest.MonkeyPatch, index_from: int
) -> None:
    monkeypatch.setattr(table, "INDEX_FROM", index_from)
    names = [
        f"{first}{second}{third}" for first in "bdfgklmn" for second in ("ame", "oru", "ile") for third in "prstvz"
    ]
    for start in range(0, len(names), 24):
        rows = b"term\n" + b"".join(b"lantern %s\n" % name.encode() for name in names[start : start + 24])
        add(library, (f"rows{start}.csv", rows))
    indexed = {tuple(index.columns): index.index_type for index in library._table.open().list_indices()}
    assert indexed == {("tokens",): "FTS"} | ({("vector",): "IvfFlat"} if index_from < len(names) else {})
    encoder = HashingEncoder()
    for number, name in enumerate(names):
        wanted = f"library:rows{number - number % 24}.csv#{number % 24 + 1}"
        assert library.search(f"lantern {name}", limit=1)[0].address == wanted
        vector = encoder.encode([f"Rows{number - number % 24}. term: lantern {name}"])[0]
        nearest = library._table.nearest("", vector, pool=1).to_pylist()[0]
        assert nearest["text"] == f"term: lantern {name}"


def test_threads_add_and_search_at_once(library: TrendLibrary) -> None:
    add(library, FAIR)
    errors: list[BaseException] = []

    def guarded(work: Callable[[], object]) -> Callable[[], None]:
        def call() -> None:
            try:
                work()
            except BaseException as error:
                errors.append(error)

        return call

    names = ("alpha", "bravo", "carol", "delta"), ("juliet", "kilo", "lima", "mike")

    def write(n: int) -> Callable[[], object]:
        return lambda: [
            add(library, (f"n{n}-{i}.txt", f"Lantern {names[0][n]} number {names[1][i]}".encode())) for i in range(4)
        ]

    def look() -> object:
        return [library.search("enamel mugs")[0].address for _ in range(20)]

    threads = [threading.Thread(target=guarded(work)) for work in (*map(write, range(4)), look, look)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert errors == []
    assert len(library.documents()) == 17
    assert library.search("lantern delta number kilo")[0].address == "library:n3-1.txt#1"


ADDING = """
import sys
from pathlib import Path
from core.catalogue.embedding import HashingEncoder
from core.research.library import TrendLibrary

library = TrendLibrary(Path(sys.argv[1]), HashingEncoder())
print("ready", flush=True)
for n in range(int(sys.argv[3])):
    for _ in library.add([(f"{sys.argv[2]}-{n}.txt", f"Lantern {sys.argv[2]} number{n}".encode())]):
        pass
    print(n, flush=True)
"""


def process(library: TrendLibrary, name: str, many: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(ADDING), str(library.folder), name, str(many)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def test_processes_share_one_library(filled: TrendLibrary) -> None:
    others = [process(filled, name, 4) for name in ("ann", "bob")]
    for n in range(3):
        add(filled, (f"own-{n}.txt", b"Hammocks."))
    assert [other.wait(120) for other in others] == [0, 0]
    for other in others:
        assert other.stdout is not None
        other.stdout.close()
    assert len(filled.documents()) == 3 + 8 + 3
    # This process sees what the others wrote.
    assert filled.search("lantern bob number3")[0].address == "library:bob-3.txt#1"


def test_a_process_killed_in_the_middle_leaves_whole_documents(filled: TrendLibrary) -> None:
    other = process(filled, "ann", 500)
    assert other.stdout is not None
    for line in other.stdout:
        if line.strip() == "3":
            break
    time.sleep(0.02)
    other.send_signal(signal.SIGKILL)
    other.wait(30)
    other.stdout.close()
    kept = filled.documents()
    assert len(kept) >= 3 + 4
    for one in kept:
        assert len(filled.passages_of(one.name)) == one.passages
    add(filled, ("after.txt", b"Hammocks."))
    assert filled.search("hammocks")[0].address == "library:after.txt#1"
    assert filled.search("enamel mugs")[0].address in ("library:fair.md#1", "library:till.csv#1")


def test_a_writer_that_does_not_let_go_is_named(filled: TrendLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_WAIT_SECONDS", 0.05)
    with filled._table.writing(), pytest.raises(StoreBusy, match="try again in a minute"):
        add(filled, ("new.txt", b"Hammocks."))
    assert len(filled.documents()) == 3
    assert filled.search("enamel mugs")  # readers never wait


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB, where this machine lets us mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if os.getuid() != 0 or shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root only")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_leaves_everything_that_was_there(small_disk: Path) -> None:
    library = TrendLibrary(small_disk / "library", HashingEncoder())
    add(library, FAIR, TILL)
    (small_disk / "filler").write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 60_000))
    big = b"term\n" + b"".join(b"lantern model%d\n" % n for n in range(3_000))
    with pytest.raises(StorageFull, match="is full"):
        add(library, ("rows.csv", big))
    again = TrendLibrary(small_disk / "library", HashingEncoder())
    for one in (library, again):
        assert {document.name for document in one.documents()} == {"fair.md", "till.csv"}
        assert one.search("enamel mugs")
    (small_disk / "filler").unlink()
    assert add(library, ("rows.csv", big)).passages == 3_000
    assert library.search("model2999")[0].address == "library:rows.csv#3000"


@pytest.mark.parametrize(
    ("raised", "error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), StorageFull, "is full"),
        (RuntimeError("LanceError(IO): No space left on device (os error 28)"), StorageFull, "is full"),
        (OSError(errno.EACCES, "Permission denied"), StoreError, "folder may be written"),
        (ValueError("not a lance file"), StoreError, "add the documents again"),
    ],
)
def test_what_the_disk_says_is_told(tmp_path: Path, raised: Exception, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said), table.trouble(tmp_path):
        raise raised


def test_a_damaged_table_is_told_to_everyone_who_asks(filled: TrendLibrary) -> None:
    for version in (filled.folder / "passages.lance" / "_versions").iterdir():
        version.write_bytes(b"nothing of a table")
    broken = TrendLibrary(filled.folder, HashingEncoder())
    with pytest.raises(StoreError, match="add the documents again"):
        broken.documents()
    with pytest.raises(SearchError):
        broken.search("mugs")
    with pytest.raises(PageError):
        broken.read("library:fair.md#1")


def test_a_library_of_another_layout_is_refused(filled: TrendLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "LAYOUT", "2")
    with pytest.raises(StoreError, match="layout 1"):
        TrendLibrary(filled.folder, HashingEncoder()).documents()


def test_an_index_that_was_never_made_is_made_with_the_next_document(filled: TrendLibrary) -> None:
    # As a process leaves it that is killed between the table and its index.
    filled._table.open().drop_index("tokens_idx")
    add(filled, ("new.txt", b"Hammocks sell."))
    assert [tuple(index.columns) for index in filled._table.open().list_indices()] == [("tokens",)]
    assert filled.search("hammocks")[0].address == "library:new.txt#1"


def test_dropped_files_are_kept_until_they_are_read(tmp_path: Path) -> None:
    import io

    first = incoming.keep(tmp_path, "../../Spring trends.md", io.BytesIO(b"Baskets."))
    second = incoming.keep(tmp_path, "Spring trends.md", io.BytesIO(b"Mugs."))
    assert first.name == second.name == "Spring trends.md" and first != second
    assert first.read_bytes() == b"Baskets."
    incoming.forget(first)
    assert not first.exists() and second.exists()
    own = tmp_path / "own.md"
    own.write_text("mine")
    incoming.forget(own)
    assert own.exists()
    os.utime(second.parent, (0, 0))
    third = incoming.keep(tmp_path, "b.md", io.BytesIO(b"Rugs."))
    assert not second.exists() and third.exists()


def test_a_dropped_file_that_is_too_large_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr(incoming, "LARGEST", 4)
    with pytest.raises(DocumentInvalid, match="larger than"):
        incoming.keep(tmp_path, "a.md", io.BytesIO(b"Baskets."))
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_rare_word_counts_more_than_a_frequent_one() -> None:
    rarity = Rarity.of(["mug red", "mug blue", "mug green", "mug rug"])
    both = worth(("mug", "rug"), frozenset({"mug", "rug"}), rarity, nearness=0.0)
    rare = worth(("mug", "rug"), frozenset({"rug"}), rarity, nearness=None)
    frequent = worth(("mug", "rug"), frozenset({"mug"}), rarity, nearness=None)
    assert (both.score, both.held) == (0.5, (True, True))
    assert rare.score > 0.9 and frequent.score == 0.0
    assert worth((), frozenset(), rarity, nearness=0.7).score == 0.7
    assert worth(("hat",), frozenset(), rarity, nearness=0.7).score == 0.0


def test_marks_find_words_in_any_form_and_in_text_without_blanks() -> None:
    text = "T-shirts, mugs (a mug's worth) and 灯笼很多灯笼"
    assert [text[a:b] for a, b in marks(text, ("mug", "灯笼"))] == ["mugs", "mug's", "灯笼", "灯笼"]
    assert marks("nothing here", ("mug",)) == ()
