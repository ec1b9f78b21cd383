import pytest

from search.model.errors import UsageError
from search.model.page_style import PageStyle


@pytest.mark.parametrize("heading", ["# See also", "#See also", " # x", "####### x"])
def test_a_heading_that_no_section_can_have_is_refused(heading: str) -> None:
    with pytest.raises(UsageError, match="a heading of level 2 to 6"):
        PageStyle(headings=(heading,))


@pytest.mark.parametrize("heading", ["## See also", "###### x", "See also", "Issue #3"])
def test_other_headings_are_taken(heading: str) -> None:
    assert PageStyle(headings=(heading,)).headings == (heading,)
