"""A client of the official SDK calls every tool, over standard streams as programs do."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from search import Index, RelatedOptions, SearchOptions
from search.model import json_answers
from search.model.event import parse_day

mcp = pytest.importorskip("mcp")

EVENT = "/news/2014/07/09/a-strong-earthquake-shakes-port.md"
OTHER = "/news/2014/07/10/rescuers-dig-for-survivors-of.md"
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("search", {"query": "Norland", "limit": 3, "since": "2014"}),
    ("related", {"event": EVENT}),
    ("related", {"text": "an earthquake in Norland"}),
    ("why", {"event": EVENT, "other": OTHER}),
    ("info", {}),
    ("related", {}),
    ("search", {"query": "a" * 2_001}),
    ("search", {"query": "a", "limit": 1_000}),
    ("why", {"event": "/nope", "other": OTHER}),
    ("search", {"query": "(((\0~~~NOT", "since": "yesterday"}),
]


async def answers(directory: Path) -> tuple[list[Any], list[Any]]:
    words = ["-m", "search", "mcp", "--index", str(directory)]
    server = mcp.StdioServerParameters(command=sys.executable, args=words)
    async with mcp.stdio_client(server) as (read, write), mcp.ClientSession(read, write) as session:
        await session.initialize()
        tools = (await session.list_tools()).tools
        return tools, [await session.call_tool(name, asked) for name, asked in CALLS]


def test_every_tool_answers_as_the_index_does(story_directory: Path) -> None:
    tools, found = asyncio.run(asyncio.wait_for(answers(story_directory), 120))
    assert sorted(tool.name for tool in tools) == ["info", "related", "search", "why"]
    assert all(tool.annotations.read_only_hint for tool in tools)
    told = [answer.structured_content for answer in found]
    with Index.open(story_directory) as index:
        since = SearchOptions(limit=3, since=parse_day(index.event(EVENT).day[:4] + "-01-01"))
        assert told[0] == json_answers.searched(index.search("Norland", since))
        assert told[1] == json_answers.related(EVENT, index.related(EVENT))
        text = "an earthquake in Norland"
        listed = index.related_text(text, RelatedOptions())
        assert told[2] == json_answers.related(text, listed, key="text")
        assert told[3] == json_answers.explained(index.why(EVENT, OTHER))
        assert told[4]["events"] == len(index)
    assert [answer.is_error for answer in found] == [False] * 5 + [True] * 5
