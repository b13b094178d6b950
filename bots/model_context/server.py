"""The tools `ask`, `search` and `get_article` (https://modelcontextprotocol.io/specification)."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Annotated, Protocol, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from qa.answer import MAX_QUESTION_CHARACTERS, Answer, Question, QuestionFilters
from qa.article_shapes import WholeArticle, whole_article
from qa.desk import Desk
from qa.errors import CollectionError
from qa.found import FoundPassages, found

_INSTRUCTIONS = (
    "Answers from a collection of articles. Every sentence of an answer carries numbered citations "
    "with a verbatim quote: `article.text[start:end] == quote`. A status of `not_found` means that "
    "the articles do not say: say so, and do not answer from elsewhere."
)
_MOST_PASSAGES = 50

T = TypeVar("T")

Query = Annotated[
    str, Field(min_length=1, max_length=MAX_QUESTION_CHARACTERS, description="In plain words.")
]


class Threads(Protocol):
    """Where the tools' work is done; raises `BusyError` where no more can be taken on."""

    async def ask(self, ask_desk: Callable[[], Answer]) -> Answer:
        """Asks a question."""

    async def compute(self, work: Callable[[], T]) -> T:
        """Does other work that takes long."""


class OwnThreads:
    """For one client that nobody else competes with."""

    async def ask(self, ask_desk: Callable[[], Answer]) -> Answer:
        """Asks a question."""
        return await to_thread(ask_desk)

    async def compute(self, work: Callable[[], T]) -> T:
        """Does other work that takes long."""
        return await to_thread(work)


class Tools:
    """The tools over one desk, once they are started."""

    def __init__(self) -> None:
        self._started: tuple[Desk, Threads] | None = None

    def start(self, desk: Desk, threads: Threads) -> None:
        """From now on they answer."""
        self._started = desk, threads

    @property
    def are_ready(self) -> bool:
        """Whether they answer yet."""
        return self._started is not None

    async def ask(self, question: Query, conversation_id: str | None = None) -> Answer:
        """Answer a question in the articles' own words, every sentence with its quotes.

        Pass the `conversation_id` of the answer before to ask a follow-up question.
        """
        desk, threads = self._ready()
        asked = Question(question=question, conversation_id=conversation_id)
        with _told():
            return await threads.ask(lambda: desk.ask(asked))

    async def search(
        self, query: Query, top_k: Annotated[int, Field(ge=1, le=_MOST_PASSAGES)] = 8
    ) -> FoundPassages:
        """Find the passages that fit a query best, without an answer."""
        desk, threads = self._ready()
        with _told():
            result = await threads.compute(lambda: desk.search(query, QuestionFilters(), top_k))
        return found(result)

    async def get_article(self, article_id: str) -> WholeArticle:
        """Read one article whole, by the `article_id` of a citation or passage."""
        desk, _threads = self._ready()
        with _told():
            article = await to_thread(desk.searcher.article, article_id)
        if article is None:
            raise ToolError(f"There is no article {article_id!r}; `search` names the ids.")
        return whole_article(article)

    def _ready(self) -> tuple[Desk, Threads]:
        if self._started is None:
            raise ToolError("The collection is still being loaded; try again in a second.")
        return self._started


@contextmanager
def _told() -> Iterator[None]:
    """Tells the model what went wrong where that says what to do."""
    try:
        yield
    except CollectionError as error:
        raise ToolError(str(error)) from error


def create_server(tools: Tools) -> MCPServer:
    """The server with its tools, for any transport."""
    server = MCPServer("footnote", version=version("footnote"), instructions=_INSTRUCTIONS)
    for tool in (tools.ask, tools.search, tools.get_article):
        server.tool()(tool)
    return server
