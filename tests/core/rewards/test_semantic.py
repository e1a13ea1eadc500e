from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from core.domain import Intent, Strategy
from core.rewards import CosineBaselines
from core.rewards.semantic import semantic, semantic_reward, sides

BASELINES = CosineBaselines(random=0.10, gold=0.65)


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("camping with kids", ("camping", "kids"), ()),
        ("small-space home office", ("small-space home office",), ()),
        ("Tea without caffeine", ("tea",), ("caffeine",)),
        ("gifts for dad & grandpa", ("gifts", "dad", "grandpa"), ()),
        ("camping, Camping", ("camping",), ()),
        ("🏕🔥", (), ()),
    ],
)
def test_sides_of_an_intent(text: str, wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> None:
    assert (sides(text).wanted, sides(text).unwanted) == (wanted, unwanted)


def test_what_an_intent_rules_out_has_to_be_covered_by_negatives() -> None:
    intent = Intent("camping", must_not=("toy",))
    open_side = semantic(sides(intent), Strategy(("camping tent",)))
    closed = semantic(sides(intent), Strategy(("camping tent",), ("toys",)))
    assert (open_side.completeness, open_side.missing) == (0.5, ("toy",))
    assert (closed.completeness, closed.missing) == (1.0, ())


def test_completeness_is_the_mean_of_the_sides() -> None:
    # "small-space home office" has four tokens, of which "home" and "office" are said; "kids" is not
    judged = semantic(sides("small-space home office for kids"), Strategy(("home desk", "office chair")))
    assert judged.completeness == pytest.approx((2 / 4 + 0) / 2)
    assert judged.missing == ("kids",)


def test_meaning_covers_what_words_do_not() -> None:
    vectors = {"camping": (1.0, 0.0), "kids": (0.0, 1.0), "tent": (0.54, 0.84), "sleeping bag": (0.54, 0.84)}

    def encode(texts: Sequence[str]) -> np.ndarray:
        return np.array([vectors[t] for t in texts], dtype=np.float32)

    judged = semantic(sides("camping with kids"), Strategy(("tent",)), encode=encode, baselines=BASELINES)
    # cosine 0.54 is (0.54 - 0.10) / 0.55 = 0.8 of the way, 0.84 is cut to 1
    assert judged.completeness == pytest.approx((0.8 + 1.0) / 2, abs=1e-4)
    twins = semantic(sides("camping"), Strategy(("tent", "sleeping bag")), encode=encode, baselines=BASELINES)
    assert twins.conciseness == pytest.approx(math.exp(-0.07))
    assert twins.notes == ("“sleeping bag” and “tent” say much the same.",)


@pytest.mark.parametrize(
    ("strategy", "burden"),
    [
        (Strategy(("tent",)), 0.01),
        (Strategy(("tent", "stove"), ("toy",)), 0.03),
        (Strategy(("kids tent", "tent")), 0.02 + 0.10),
        (Strategy(("red kids tent", "blue kids tent")), 0.02 + 0.05),
        (Strategy(("large red canvas family tent pole",)), 0.01 + 2 * 0.05),
        (Strategy(("toy tent",), ("toy",)), 0.02 + 0.10),
        (Strategy(tuple("abcdefghjk")), 0.10 + 2 * 0.05),
        (Strategy(("tent",), tuple("bcdefgh")), 0.08 + 2 * 0.05),
    ],
)
def test_burden_by_hand(strategy: Strategy, burden: float) -> None:
    assert semantic(sides("camping"), strategy).conciseness == pytest.approx(math.exp(-burden))


def test_an_intent_without_a_word_abstains() -> None:
    values = semantic_reward(intents=["🏕", "tent"], strategies=[Strategy(("tent",))] * 2)
    assert values[0] is None
    assert values[1] == pytest.approx((1 + math.exp(-0.01)) / 2)
