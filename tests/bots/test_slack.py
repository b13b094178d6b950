"""What people in Slack do, and what they get."""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bots.conftest import LIGHTHOUSE, bot, start, wait_for
from tests.bots.slack_double import BOT, TEAM, USER, Message, SlackDouble
from tests.e2e.conftest import FOOTNOTE, Footnote, serving

CHANNEL, DIRECT = "C01", "D01"
WRONG = {"FOOTNOTE_SLACK_BOT_TOKEN": "xoxb-wrong", "FOOTNOTE_SLACK_APP_TOKEN": "xapp-wrong"}
WHO = "Who built the lighthouse of Karvel Point?"


@pytest.fixture
def asked(slack: SlackDouble, data: Path) -> Iterator[SlackDouble]:
    with bot(slack, data):
        yield slack


def mention(slack: SlackDouble, text: str = WHO, **more: object) -> Message:
    """A mention reaches the bot as two events about one message."""
    event = slack.say(CHANNEL, f"<@{BOT}> {text}", **more)
    slack.send(event)
    slack.send({**event, "type": "app_mention"})
    return event


def reply_to(slack: SlackDouble, event: Message) -> Message:
    thread = event.get("thread_ts") or event["ts"]
    wait_for(lambda: bool(slack.replies(event["channel"], thread)))
    return slack.replies(event["channel"], thread)[-1]


def text_of(message: Message) -> str:
    return "\n".join(block["text"]["text"] for block in message["blocks"] if "text" in block)


def test_a_mention_is_answered_once_in_its_thread_with_footnotes(asked: SlackDouble) -> None:
    event = mention(asked)
    reply = reply_to(asked, event)
    time.sleep(1)
    assert asked.replies(CHANNEL, event["ts"]) == [reply]
    answer, footnote = reply["blocks"][:2]
    assert "Ada Lindqvist. [1]" in answer["text"]["text"]
    link = "<https://example.org/lighthouse?a=1&amp;b=2#:~:text=The%20lighthouse"
    assert footnote["text"]["text"].startswith(f"[1] {link}")
    assert (
        "Coast Gazette · 2020-05-01\n> The lighthouse of Karvel Point" in footnote["text"]["text"]
    )


def test_a_direct_message_needs_no_mention(asked: SlackDouble) -> None:
    event = asked.say(DIRECT, WHO)
    asked.send(event)
    assert "Ada Lindqvist" in text_of(reply_to(asked, event))


def test_a_follow_up_in_the_thread_needs_no_mention(asked: SlackDouble) -> None:
    first = mention(asked)
    reply_to(asked, first)
    follow_up = asked.say(CHANNEL, "How high does it stand?", thread_ts=first["ts"])
    asked.send(follow_up)
    wait_for(lambda: len(asked.replies(CHANNEL, first["ts"])) == 2)
    assert "41 metres" in text_of(asked.replies(CHANNEL, first["ts"])[-1])


def test_talk_that_is_not_for_the_bot_is_left_alone(asked: SlackDouble) -> None:
    ignored = [
        asked.say(CHANNEL, WHO),
        asked.say(CHANNEL, f"<@{BOT}> {WHO}", user=BOT),
        asked.say(CHANNEL, f"<@{BOT}> {WHO}", bot_id="B99"),
        asked.say(CHANNEL, f"<@{BOT}> {WHO}", subtype="channel_join"),
        asked.say(CHANNEL, f"<@{BOT}>"),
    ]
    for event in ignored:
        asked.send(event)
    reply_to(asked, mention(asked))
    assert all(asked.replies(CHANNEL, event["ts"]) == [] for event in ignored)


def test_a_command_shows_the_question_and_answers_below_it(asked: SlackDouble) -> None:
    command = {
        "command": "/ask", "text": WHO, "team_id": TEAM, "channel_id": CHANNEL, "user_id": USER,
        "trigger_id": "1.2.3",
    }  # fmt: skip
    asked.interact("slash_commands", command)
    asked.interact("slash_commands", command)
    wait_for(lambda: len(asked.messages[CHANNEL]) == 2)
    header, reply = asked.messages[CHANNEL]
    assert header["text"] == f"<@{USER}> asked: {WHO}"
    assert reply["thread_ts"] == header["ts"]
    asked.interact("slash_commands", command | {"text": " ", "trigger_id": "4.5.6"})
    assert "Ask the articles something" in json.dumps(asked.answers[-1])


def test_a_message_can_be_asked_by_shortcut(asked: SlackDouble) -> None:
    message = asked.say(CHANNEL, WHO)
    asked.interact(
        "interactive",
        {
            "type": "message_action", "callback_id": "footnote_ask", "trigger_id": "1",
            "team": {"id": TEAM}, "channel": {"id": CHANNEL}, "user": {"id": USER},
            "message": message,
        },
    )  # fmt: skip
    assert "Ada Lindqvist" in text_of(reply_to(asked, message))


def test_nothing_an_article_says_can_mention_or_link(asked: SlackDouble) -> None:
    reply = reply_to(asked, mention(asked, "Who is the mayor of Bogwater?"))
    shown = json.dumps(reply)
    assert "Olga Brandt" in shown
    assert "<!" not in shown
    assert "<@" not in shown
    assert "<https://evil" not in shown
    assert "&lt;!channel&gt;" in shown


def test_what_the_articles_do_not_say_is_one_friendly_line(asked: SlackDouble) -> None:
    reply = reply_to(asked, mention(asked, "What is the boiling point of tungsten?"))
    assert text_of(reply).startswith("The articles do not say. The nearest articles are ")


def test_an_edited_question_changes_its_answer_and_a_deleted_one_takes_it_along(
    asked: SlackDouble,
) -> None:
    event = mention(asked)
    reply = reply_to(asked, event)
    edited = {**event, "text": f"<@{BOT}> When was the lamp of the lighthouse electrified?"}
    changed = {
        "type": "message", "subtype": "message_changed", "channel": CHANNEL, "hidden": True,
        "channel_type": "channel", "ts": asked.timestamp(), "previous_message": event,
        "message": edited | {"edited": {"user": USER, "ts": asked.timestamp()}},
    }  # fmt: skip
    asked.send(changed)
    wait_for(lambda: "1932" in text_of(asked.replies(CHANNEL, event["ts"])[0]))
    assert asked.replies(CHANNEL, event["ts"])[0]["ts"] == reply["ts"]
    deleted = {
        "type": "message", "subtype": "message_deleted", "channel": CHANNEL, "hidden": True,
        "ts": asked.timestamp(), "deleted_ts": event["ts"],
    }  # fmt: skip
    asked.send(deleted)
    wait_for(lambda: asked.replies(CHANNEL, event["ts"]) == [])


def test_a_verdict_and_the_passage_are_a_click_away(asked: SlackDouble, data: Path) -> None:
    reply = reply_to(asked, mention(asked))
    feedback = reply["blocks"][-1]["elements"][0]
    passage = reply["blocks"][1]["accessory"]
    for action in (
        {**feedback, "value": feedback["positive_button"]["value"]},
        {**passage, "type": "button"},
    ):
        asked.interact(
            "interactive",
            {
                "type": "block_actions", "trigger_id": "1", "team": {"id": TEAM},
                "user": {"id": USER}, "actions": [{**action, "block_id": "b"}],
            },
        )  # fmt: skip
    wait_for(lambda: bool(asked.views))
    assert "*The lighthouse of Karvel Point was built in 1874" in text_of(asked.views[0])
    assert "electrified in 1932" in text_of(asked.views[0])
    with sqlite3.connect(data / "records.sqlite") as records:
        assert records.execute("SELECT helpful FROM feedback").fetchall() == [(1,)]


def test_rate_limits_are_waited_out(asked: SlackDouble) -> None:
    asked.limit_next = 2
    assert "Ada Lindqvist" in text_of(reply_to(asked, mention(asked)))


def test_a_reply_that_was_posted_unheard_is_not_posted_again(asked: SlackDouble) -> None:
    asked.drop_after_posting = 1
    event = mention(asked)
    reply_to(asked, event)
    wait_for(lambda: "conversations.replies" in asked.calls)
    time.sleep(1)
    assert len(asked.replies(CHANNEL, event["ts"])) == 1


def test_storms_reconnects_and_kills_end_in_one_reply_each(slack: SlackDouble, data: Path) -> None:
    events = [slack.say(CHANNEL, f"<@{BOT}> {WHO}") for _ in range(60)]
    process = start(slack, data)
    for number, event in enumerate(events):
        if number % 20 == 10:
            process.kill()
            process.wait()
            process = start(slack, data)
        if number % 20 == 5:
            slack.disconnect()
            wait_for(lambda: slack.is_connected)
        slack.send(event, event_id=f"Ev{number}")
        if number % 3 == 0:
            slack.send({**event, "type": "app_mention"}, event_id=f"Ev{number}")
            slack.send(events[number // 2], event_id=f"Ev{number // 2}")
    wait_for(lambda: all(slack.replies(CHANNEL, event["ts"]) for event in events), 120)
    process.kill()
    process.wait()
    with bot(slack, data):
        time.sleep(2)
    assert [len(slack.replies(CHANNEL, event["ts"])) for event in events] == [1] * 60


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "FOOTNOTE_SLACK_BOT_TOKEN"),
        (WRONG, "invalid_auth"),
    ],
)
def test_tokens_that_are_missing_or_wrong_are_named(
    footnote: Footnote, slack: SlackDouble, data: Path, settings: dict[str, str], said: str
) -> None:
    settings = {"FOOTNOTE_SLACK_API_URL": slack.api_url, **settings}
    told = footnote("slack", "--data-dir", data, **settings)
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1)
    assert said in told.stderr


def test_the_manifest_asks_for_what_the_bot_needs(footnote: Footnote) -> None:
    sockets = json.loads(footnote("slack", "manifest").stdout)
    assert sockets["settings"]["socket_mode_enabled"] is True
    assert set(sockets["oauth_config"]["scopes"]["bot"]) >= {"app_mentions:read", "chat:write"}
    public = json.loads(footnote("slack", "manifest", "--address", "https://a.example/").stdout)
    place = public["settings"]["event_subscriptions"]["request_url"]
    assert (place, FOOTNOTE.name) == ("https://a.example/slack/events", "footnote")
    assert subprocess.run([FOOTNOTE, "slack", "--help"], capture_output=True).returncode == 0


def test_a_correction_is_told_once_below_the_answer(
    footnote: Footnote, asked: SlackDouble, data: Path, tmp_path: Path
) -> None:
    event = mention(asked)
    reply_to(asked, event)
    changed = LIGHTHOUSE | {"text": LIGHTHOUSE["text"].replace("Ada Lindqvist", "Eva Lund")}
    (tmp_path / "changed.jsonl").write_text(json.dumps(changed))
    assert footnote("add", tmp_path / "changed.jsonl", "--data-dir", data).returncode == 0
    wait_for(lambda: len(asked.replies(CHANNEL, event["ts"])) == 2)
    time.sleep(2)
    (_, note) = asked.replies(CHANNEL, event["ts"])
    assert note["text"].startswith("*The lighthouse of Karvel Point* was corrected on ")


def signed(body: bytes, secret: str, age: int = 0) -> dict[str, str]:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack."""
    moment = str(int(time.time()) - age)
    digest = hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
    }


def test_the_server_takes_signed_events_and_refuses_others(slack: SlackDouble, data: Path) -> None:
    settings = {
        "FOOTNOTE_SLACK_BOT_TOKEN": "xoxb-double",
        "FOOTNOTE_SLACK_SIGNING_SECRET": "not a secret",
        "FOOTNOTE_SLACK_API_URL": slack.api_url,
        "FOOTNOTE_ANSWER_THRESHOLD": "0.05",
    }
    event = slack.say(DIRECT, WHO)
    payload = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": event}
    body = json.dumps(payload).encode()
    with serving(data, "--workers", "2", **settings) as api:

        def sent(secret: str, age: int = 0) -> int:
            return api.post(
                "/slack/events", content=body, headers=signed(body, secret, age)
            ).status_code

        wait_for(lambda: sent("not a secret") == 200)
        assert [sent("another"), sent("not a secret", age=3_600)] == [401, 401]
        assert [sent("not a secret") for _ in range(5)] == [200] * 5
        reply_to(slack, event)
        time.sleep(1)
    assert len(slack.replies(DIRECT, event["ts"])) == 1
