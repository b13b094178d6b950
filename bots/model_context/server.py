"""The tools `ask`, `search` and `get_article` (https://modelcontextprotocol.io/specification)."""

from __future__ import annotations

from asyncio import to_thread
from importlib.metadata import version
from typing import Annotated

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from qa.answer import MAX_QUESTION_CHARACTERS, Answer, Question, QuestionFilters
from qa.article_shapes import WholeArticle, whole_article
from qa.desk import Desk
from qa.found import FoundPassages, found

_INSTRUCTIONS = (
    "Answers from a collection of articles. Every sentence of an answer carries numbered citations "
    "with a verbatim quote: `article.text[start:end] == quote`. A status of `not_found` means that "
    "the articles do not say: say so, and do not answer from elsewhere."
)
_MOST_PASSAGES = 50

Query = Annotated[
    str, Field(min_length=1, max_length=MAX_QUESTION_CHARACTERS, description="In plain words.")
]


class Tools:
    """The tools over one desk, which may be given later."""

    def __init__(self, desk: Desk | None = None) -> None:
        self.desk = desk

    async def ask(self, question: Query, conversation_id: str | None = None) -> Answer:
        """Answer a question in the articles' own words, every sentence with its quotes.

        Pass the `conversation_id` of the answer before to ask a follow-up question.
        """
        desk = self._ready()
        asked = Question(question=question, conversation_id=conversation_id)
        return await to_thread(desk.ask, asked)

    async def search(
        self, query: Query, top_k: Annotated[int, Field(ge=1, le=_MOST_PASSAGES)] = 8
    ) -> FoundPassages:
        """Find the passages that fit a query best, without an answer."""
        desk = self._ready()
        return found(await to_thread(desk.search, query, QuestionFilters(), top_k))

    async def get_article(self, article_id: str) -> WholeArticle:
        """Read one article whole, by the `article_id` of a citation or passage."""
        article = await to_thread(self._ready().searcher.article, article_id)
        if article is None:
            raise ToolError(f"There is no article {article_id!r}; `search` names the ids.")
        return whole_article(article)

    def _ready(self) -> Desk:
        if self.desk is None:
            raise ToolError("The collection is still being loaded; try again in a second.")
        return self.desk


def create_server(tools: Tools) -> MCPServer:
    """The server with its tools, for any transport."""
    server = MCPServer("footnote", version=version("footnote"), instructions=_INSTRUCTIONS)
    for tool in (tools.ask, tools.search, tools.get_article):
        server.tool()(tool)
    return server
