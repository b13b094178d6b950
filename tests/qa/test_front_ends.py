"""What front ends rely on so that nothing is lost, and nothing done twice."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import MetaData, Table

from qa.records import Records, open_records
from qa.records.tables import metadata
from tests.qa.older_records import older_records


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return open_records(tmp_path)


def test_a_message_is_begun_once_and_found_with_its_place(records: Records) -> None:
    outbox = records.outbox()
    first = outbox.begin("reply", "answer", "1")
    assert (first.is_new, first.place, first.complete) == (True, None, False)
    outbox.note_place("reply", "C1 17.1")
    again = outbox.begin("reply", "another answer", "2")
    assert (again.is_new, again.place, again.answer_id) == (False, "C1 17.1", "answer")
    outbox.complete("reply", "C1 17.1")
    found = outbox.find("reply")
    assert found is not None
    assert found.complete
    assert (outbox.knows("C1 17.1"), outbox.knows("C1 17.2")) == (True, False)


def test_a_revised_message_is_to_be_completed_again(records: Records) -> None:
    outbox = records.outbox()
    outbox.begin("reply", "answer", "")
    outbox.complete("reply", "C1 17.1")
    outbox.revise("reply", "later answer", "2")
    found = outbox.find("reply")
    assert found is not None
    assert (found.answer_id, found.version, found.place) == ("later answer", "2", "C1 17.1")
    assert not found.complete


def test_what_is_put_off_is_told_with_its_reason_and_due_again_when_that_is_over(
    records: Records,
) -> None:
    inbox = records.inbox()
    inbox.put("one", "message", "{}")
    item = inbox.claim()
    assert item is not None
    assert inbox.held_up() is None
    inbox.put_off(item, "nobody answers")
    held_up = inbox.held_up()
    assert held_up is not None
    assert (held_up.count, held_up.problem) == (1, "nobody answers")
    assert inbox.claim() is None
    inbox.retry_now()
    again = inbox.claim()
    assert again is not None
    assert again.attempts == 1
    inbox.finish("one")
    assert inbox.held_up() is None


def test_what_is_cancelled_before_it_comes_is_never_done(records: Records) -> None:
    inbox = records.inbox()
    inbox.cancel("one")
    assert not inbox.put("one", "message", "{}")
    assert inbox.is_cancelled("one")
    assert inbox.claim() is None


def test_the_last_choice_counts(records: Records) -> None:
    choices = records.choices()
    assert choices.find("channel") is None
    choices.keep("channel", "1")
    choices.keep("channel", "2")
    assert choices.find("channel") == "2"


def test_where_replies_stood_in_an_older_version_is_still_known(tmp_path: Path) -> None:
    with sqlite3.connect(older_records(tmp_path, "0006")) as database:
        database.execute(
            "INSERT INTO inbox (key, kind, body, state, attempts, not_before, reply) "
            "VALUES ('slack:T:C:1', 'message', '{}', 'done', 1, 0, 'C 2.1')"
        )
    found = open_records(tmp_path).outbox().find("slack:T:C:1")
    assert found is not None
    assert (found.place, found.complete) == ("C 2.1", True)


def test_the_tables_of_installations_are_those_that_slacks_library_expects() -> None:
    theirs = MetaData()
    SQLAlchemyInstallationStore.build_installations_table(theirs, "slack_installations")
    SQLAlchemyInstallationStore.build_bots_table(theirs, "slack_bots")
    SQLAlchemyOAuthStateStore.build_oauth_states_table(theirs, "slack_oauth_states")

    def columns(table: Table) -> dict[str, tuple[str, bool]]:
        return {one.name: (str(one.type), bool(one.nullable)) for one in table.columns}

    for name, table in theirs.tables.items():
        assert columns(metadata.tables[name]) == columns(table)
