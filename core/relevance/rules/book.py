"""The rules that hold for a shop: shipped ones, switched on or off, and the operators' own; and what they say."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from core.domain import GRADES, RuleVerdict
from core.errors import RuleInvalid
from core.relevance.profile import Profile
from core.relevance.reading import Reading
from core.relevance.rules.checks import Test, test_of
from core.relevance.rules.rule import OWN, Field, Rule, rule_from_json, rule_to_json

__all__ = ["Field", "OWN", "Rule", "RuleBook", "rule_from_json", "rule_to_json", "shipped_rules"]

Mask = npt.NDArray[np.bool_]


class RuleBook:
    """Rules in the order in which they are shown; only those that are `enabled` speak."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Raises `RuleInvalid` where two rules have one id."""
        self.rules = tuple(rules)
        self.active = tuple(rule for rule in self.rules if rule.enabled)
        ids = [rule.id for rule in self.rules]
        twice = next((one for one in ids if ids.count(one) > 1), None)
        if twice is not None:
            raise RuleInvalid(f"There are two rules with the id “{twice}”; give one of them another.")
        told = json.dumps([rule_to_json(rule) for rule in self.active], sort_keys=True, ensure_ascii=False)
        self.version = hashlib.sha256(told.encode()).hexdigest()[:12]
        """Of what the active rules are: the same for the same rules, another for any change."""

    def with_changes(self, switched: Mapping[str, bool], own: Sequence[Rule]) -> RuleBook:
        """This book with rules switched on or off by id, and a shop's own rules after its own.

        An id that no rule has is passed over: a shipped rule may be gone. Raises `RuleInvalid` for a rule whose id does
        not begin with `OWN`, or twice the same id.
        """
        foreign = next((rule for rule in own if not rule.own), None)
        if foreign is not None:
            raise RuleInvalid(f"The rule “{foreign.name}” is not one of yours: its id has to begin with “{OWN}”.")
        return RuleBook([_switched(rule, switched.get(rule.id, rule.enabled)) for rule in (*self.rules, *own)])

    def verdicts(self, reading: Reading, profile: Profile) -> tuple[RuleVerdict, ...]:
        """What each rule that speaks says of one product, the strictest first, then in the book's order."""
        spoke = []
        for rule, test in self._tests(reading):
            found = test.find(profile)
            if found is not None:
                sentence = rule.sentence.format(asked=test.asked, found=found)
                spoke.append(RuleVerdict(rule.id, rule.name, sentence, rule.allows, rule.bars))
        return tuple(sorted(spoke, key=lambda verdict: len(verdict.allows)))

    def spoken(self, reading: Reading, profiles: Sequence[Profile]) -> Mask:
        """(n, rules): which of `self.active`, in this order, speak of which product."""
        out = np.zeros((len(profiles), len(self.active)), np.bool_)
        for column, rule in enumerate(self.active):
            test = test_of(rule, reading)
            if test is not None:
                out[:, column] = [test.find(profile) is not None for profile in profiles]
        return out

    def allowed(self, reading: Reading, profiles: Sequence[Profile]) -> Mask:
        """(n, 4): which of grades 1, 2, 3 and 4 the rules leave each product; grade 1 always."""
        best = np.array([len(rule.allows) for rule in self.active], np.int64)
        left = np.where(self.spoken(reading, profiles), best, len(GRADES)).min(axis=1, initial=len(GRADES))
        allowed: Mask = np.arange(len(GRADES)) < left[:, None]
        return allowed

    def _tests(self, reading: Reading) -> list[tuple[Rule, Test]]:
        made = ((rule, test_of(rule, reading)) for rule in self.active)
        return [(rule, test) for rule, test in made if test is not None]


@cache
def shipped_rules() -> RuleBook:
    """The rules of `shipped.toml`, read once a process."""
    told = tomllib.loads(files(__package__).joinpath("shipped.toml").read_text(encoding="utf-8"))
    return RuleBook([rule_from_json(rule) for rule in told["rule"]])


def _switched(rule: Rule, enabled: bool) -> Rule:
    return rule if rule.enabled == enabled else rule_from_json({**rule_to_json(rule), "enabled": enabled})
