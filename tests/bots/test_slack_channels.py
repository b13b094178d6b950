"""Articles added from Slack, and what editors choose for a channel."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bots.conftest import EDITORS, bot, copied, text_of
from tests.bots.slack_double import BOT, TEAM, USER, Message, SlackDouble
from tests.waiting import wait_for

(EDITOR,) = EDITORS
WHO = "Who built the lighthouse of Karvel Point?"
PAGE = (
    b"<html><head><title>The windmill of Dorn</title></head><body><article><h1>The windmill of "
    b"Dorn</h1><p>The windmill of Dorn was built in 1790 by the miller Jan Pauwels, who ran it "
    b"for forty years with his two sons. It ground rye for the whole valley.</p></article></body>"
)
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def slack(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlackDouble]:
    data = copied(filled, tmp_path_factory.mktemp("channels") / "data")
    with SlackDouble().running() as double, bot(double, data):
        yield double


@pytest.fixture
def channel() -> str:
    return f"C{next(_numbers)}"


def add_command(channel: str, address: str, user: str = EDITOR) -> Message:
    return {
        "command": "/ask", "text": f"add {address}", "team_id": TEAM, "channel_id": channel,
        "user_id": user, "trigger_id": f"{next(_numbers)}.2.3",
    }  # fmt: skip


def add_shortcut(slack: SlackDouble, message: Message, user: str = EDITOR) -> Message:
    return {
        "type": "message_action", "callback_id": "footnote_add", "trigger_id": "1",
        "team": {"id": TEAM}, "channel": {"id": message["channel"]}, "user": {"id": user},
        "message": message, "response_url": f"{slack.address}/respond/{message['channel']}",
    }  # fmt: skip


def ask(slack: SlackDouble, channel: str, question: str) -> str:
    event = slack.say(channel, f"<@{BOT}> {question}")
    slack.send(event)
    wait_for(lambda: bool(slack.replies(channel, event["ts"])))
    return text_of(slack.replies(channel, event["ts"])[0])


def test_an_added_page_can_be_asked_about_when_the_bot_says_so(
    slack: SlackDouble, channel: str
) -> None:
    slack.pages["windmill.html"] = PAGE
    wanted = add_command(channel, f"{slack.address}/pages/windmill.html")
    told = slack.interact("slash_commands", wanted)
    slack.interact("slash_commands", wanted)
    assert "I am adding it" in told["text"]
    wait_for(lambda: bool(slack.messages[channel]))
    (report,) = slack.messages[channel]
    assert report["text"] == (
        f"From <@{EDITOR}>:\n• *The windmill of Dorn* was added: ask about it."
    )
    assert "Jan Pauwels" in ask(slack, channel, "Who built the windmill of Dorn?")


def test_links_and_files_of_a_message_are_added_by_shortcut(
    slack: SlackDouble, channel: str
) -> None:
    slack.files["mill.txt"] = b"The water mill of Ost\n\nThe water mill of Ost burned down in 1911."
    shared = {
        "id": "F1",
        "name": "mill.txt",
        "url_private_download": f"{slack.address}/files/mill.txt",
    }
    gone = {
        "id": "F2",
        "name": "gone.txt",
        "url_private_download": f"{slack.address}/files/gone.txt",
    }
    message = slack.say(channel, "Look: <ftp://example.org|this>", files=[shared, gone])
    slack.interact("interactive", add_shortcut(slack, message))
    wait_for(lambda: bool(slack.replies(channel, message["ts"])))
    report = slack.replies(channel, message["ts"])[0]["text"]
    assert "was added: ask about it." in report
    assert "`gone.txt` was not taken: Slack does not hand it out" in report
    assert "1911" in ask(slack, channel, "When did the water mill of Ost burn down?")


def test_a_file_elsewhere_is_not_fetched_with_slacks_token(
    slack: SlackDouble, channel: str
) -> None:
    spoofed = {"id": "F1", "name": "a.txt", "url_private_download": "http://127.0.0.1:9/a.txt"}
    message = slack.say(channel, f"<@{BOT}> add this", user=EDITOR, files=[spoofed])
    slack.send(message)
    wait_for(lambda: bool(slack.replies(channel, message["ts"])))
    assert "it does not lie in Slack" in slack.replies(channel, message["ts"])[0]["text"]


def test_who_is_no_editor_is_told_whom_to_ask(slack: SlackDouble, channel: str) -> None:
    told = slack.interact("slash_commands", add_command(channel, "https://example.org/", USER))
    assert "FOOTNOTE_SLACK_EDITORS" in told["text"]
    message = slack.say(channel, "https://example.org/")
    slack.interact("interactive", add_shortcut(slack, message, USER))
    wait_for(lambda: any("FOOTNOTE_SLACK_EDITORS" in one["text"] for one in slack.told))
    mentioned = slack.say(channel, f"<@{BOT}> add https://example.org/")
    slack.send(mentioned)
    wait_for(lambda: bool(slack.replies(channel, mentioned["ts"])))
    assert "`UASKER` for you" in slack.replies(channel, mentioned["ts"])[0]["text"]


def home(slack: SlackDouble, channel: str, user: str) -> Message:
    """The Home tab with a channel chosen."""
    choice = {
        "type": "conversations_select",
        "action_id": "footnote_home_channel",
        "selected_conversation": channel,
    }
    return act(slack, user, {"type": "home", "private_metadata": ""}, choice)


def act(slack: SlackDouble, user: str, view: Message, action: Message) -> Message:
    before = len(slack.homes)
    payload = {
        "type": "block_actions", "trigger_id": "1", "team": {"id": TEAM}, "user": {"id": user},
        "view": view, "actions": [{**action, "block_id": "b"}],
    }  # fmt: skip
    slack.interact("interactive", payload)
    wait_for(lambda: len(slack.homes) > before)
    return slack.homes[-1]


def chosen(action: str, kind: str, *values: str) -> Message:
    options = [{"text": {"type": "plain_text", "text": one}, "value": one} for one in values]
    return {"type": kind, "action_id": action, "selected_options": options}


def test_the_home_tab_opens_with_a_word_of_welcome(slack: SlackDouble) -> None:
    before = len(slack.homes)
    slack.send({"type": "app_home_opened", "user": USER, "tab": "home", "channel": "D1"})
    wait_for(lambda: len(slack.homes) > before)
    assert "Ask me anything the articles may know" in text_of(slack.homes[-1])


def test_a_channel_is_answered_from_the_chosen_sources_alone(
    slack: SlackDouble, channel: str
) -> None:
    view = home(slack, channel, EDITOR)
    asked = {
        "type": "block_suggestion", "action_id": "footnote_home_sources", "block_id": "b",
        "value": "coast", "team": {"id": TEAM}, "user": {"id": EDITOR}, "view": view,
    }  # fmt: skip
    offered = slack.interact("interactive", asked)
    assert [one["value"] for one in offered["options"]] == ["Coast Gazette"]
    select = "multi_external_select"
    view = act(slack, EDITOR, view, chosen("footnote_home_sources", select, "Another Paper"))
    assert "do not say" in ask(slack, channel, WHO)
    act(slack, EDITOR, view, chosen("footnote_home_sources", select, "Coast Gazette"))
    assert "Ada Lindqvist" in ask(slack, channel, WHO)


def test_who_is_no_editor_sees_the_settings_and_changes_nothing(
    slack: SlackDouble, channel: str
) -> None:
    view = home(slack, channel, USER)
    assert "Answers come from all articles." in text_of(view)
    act(slack, USER, view, chosen("footnote_home_sources", "multi_external_select", "Nobody"))
    assert "Ada Lindqvist" in ask(slack, channel, WHO)


def test_questions_put_to_nobody_are_answered_where_an_editor_wants_it_and_only_surely(
    slack: SlackDouble, channel: str
) -> None:
    view = home(slack, channel, EDITOR)
    act(slack, EDITOR, view, chosen("footnote_home_unasked", "checkboxes", "unasked"))
    ignored = [
        slack.say(channel, "What is the boiling point of tungsten?"),
        slack.say(channel, "The lighthouse of Karvel Point was built by Ada Lindqvist"),
    ]
    answered = slack.say(channel, WHO)
    for event in (*ignored, answered):
        slack.send(event)
    wait_for(lambda: bool(slack.replies(channel, answered["ts"])))
    assert "Ada Lindqvist" in text_of(slack.replies(channel, answered["ts"])[0])
    ask(slack, channel, WHO)
    assert all(slack.written(channel, event["ts"]) == 0 for event in ignored)
    follow_up = slack.say(channel, "How high is it?", thread_ts=ignored[0]["ts"])
    slack.send(follow_up)
    ask(slack, channel, WHO)
    assert slack.written(channel, ignored[0]["ts"]) == 0
