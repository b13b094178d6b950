"""Requests made from our own OpenAPI description, and every answer held to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from index.following import is_address
from qa.http.app import create_app
from qa.settings import Settings
from tests.e2e.conftest import serving

EXAMPLES = 8
PATHS = create_app(Settings(), Path()).openapi()["paths"]


@pytest.fixture(scope="module")
def described(
    sample: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[schemathesis.BaseSchema]:
    own = shutil.copytree(sample, tmp_path_factory.mktemp("contract") / "data")
    with serving(own, FOOTNOTE_MAX_QUEUED_JOBS="100000") as api:
        yield schemathesis.openapi.from_url(f"{api.base_url}/openapi.json")


def fetches_a_page(case: schemathesis.Case[Any]) -> bool:
    """Such a request would leave this machine."""
    body = case.body if isinstance(case.body, dict) else {}
    if case.path == "/sources":
        return is_address(str(body.get("location", "")))
    return case.path == "/articles" and "url" in body


def cases() -> Iterator[tuple[str, str, GenerationMode]]:
    """Right requests to each operation, and wrong ones where anything can be wrong."""
    for path, methods in PATHS.items():
        for method, operation in methods.items():
            yield method, path, GenerationMode.POSITIVE
            places = {one["in"] for one in operation.get("parameters", ())}
            if "query" in places or "requestBody" in operation:
                yield method, path, GenerationMode.NEGATIVE


@pytest.mark.parametrize(("method", "path", "mode"), list(cases()))
def test_every_answer_is_as_described(
    described: schemathesis.BaseSchema, method: str, path: str, mode: GenerationMode
) -> None:
    requests = described[path][method].as_strategy(generation_mode=mode)

    @hypothesis.settings(max_examples=EXAMPLES, derandomize=True, database=None)
    @hypothesis.given(requests)
    def answered_as_described(case: schemathesis.Case[Any]) -> None:
        hypothesis.assume(not fetches_a_page(case))
        # A schema cannot say all that is asked: that a question has words, that a date is one.
        case.call_and_validate(timeout=60, excluded_checks=[positive_data_acceptance])

    answered_as_described()
