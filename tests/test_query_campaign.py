"""A bounded part of the campaign of random and hostile queries; the whole is one command."""

import pytest

from tests.query_campaign import campaign


@pytest.mark.parametrize("seed", [1, 2])
def test_no_random_or_hostile_query_fails_contradicts_or_costs_too_much(seed: int) -> None:
    campaign(300, seed)
