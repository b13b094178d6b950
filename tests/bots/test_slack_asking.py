"""Every way people ask in Slack, and what they get."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bots.conftest import LIGHTHOUSE, bot, copied, text_of
from tests.bots.slack_double import BOT, TEAM, USER, Message, SlackDouble
from tests.e2e.conftest import Footnote
from tests.waiting import wait_for

WHO = "Who built the lighthouse of Karvel Point?"
WHEN = "When was the lamp of the lighthouse electrified?"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def data(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(filled, tmp_path_factory.mktemp("asking") / "data")


@pytest.fixture(scope="module")
def slack(data: Path) -> Iterator[SlackDouble]:
    """Slack with a bot at work; each test has channels of its own."""
    with SlackDouble().running() as double, bot(double, data):
        yield double


@pytest.fixture
def channel() -> str:
    return f"C{next(_numbers)}"


@pytest.fixture
def direct() -> str:
    return f"D{next(_numbers)}"


def mention(slack: SlackDouble, channel: str, text: str = WHO, **more: object) -> Message:
    """A mention reaches the bot as two events about one message."""
    event = slack.say(channel, f"<@{BOT}> {text}", **more)
    slack.send(event)
    slack.send({**event, "type": "app_mention"})
    return event


def reply_to(slack: SlackDouble, event: Message) -> Message:
    thread = event.get("thread_ts") or event["ts"]
    wait_for(lambda: bool(slack.replies(event["channel"], thread)))
    return slack.replies(event["channel"], thread)[-1]


def footnotes(reply: Message) -> list[Message]:
    return [block for block in reply["blocks"] if "accessory" in block]


def settle(slack: SlackDouble) -> None:
    """Waits until the bot has done all that came before: it answers in turn."""
    event = slack.say(f"D{next(_numbers)}", WHO)
    slack.send(event)
    reply_to(slack, event)


def click(slack: SlackDouble, message: Message, action: Message, user: str = USER) -> None:
    payload = {
        "type": "block_actions", "trigger_id": "1", "team": {"id": TEAM},
        "user": {"id": user, "team_id": TEAM}, "channel": {"id": message["channel"]},
        "message": message, "actions": [{**action, "block_id": "b"}],
    }  # fmt: skip
    slack.interact("interactive", payload)


def command(channel: str, text: str, **more: object) -> Message:
    return {
        "command": "/ask", "text": text, "team_id": TEAM, "channel_id": channel, "user_id": USER,
        "trigger_id": f"{next(_numbers)}.2.3", **more,
    }  # fmt: skip


def shortcut(name: str, message: Message, **more: object) -> Message:
    return {
        "type": "message_action", "callback_id": name, "trigger_id": "1", "team": {"id": TEAM},
        "channel": {"id": message["channel"]}, "user": {"id": USER}, "message": message, **more,
    }  # fmt: skip


def test_a_mention_is_answered_once_in_its_thread_with_footnotes(
    slack: SlackDouble, channel: str
) -> None:
    event = mention(slack, channel)
    reply = reply_to(slack, event)
    settle(slack)
    assert slack.replies(channel, event["ts"]) == [reply]
    assert "Ada Lindqvist. [1]" in text_of(reply)
    footnote = footnotes(reply)[0]["text"]["text"]
    link = "<https://example.org/lighthouse?a=1&amp;b=2#:~:text=The%20lighthouse"
    assert footnote.startswith(f"[1] {link}")
    assert "Coast Gazette · 2020-05-01\n> The lighthouse of Karvel Point" in footnote


def test_a_reply_is_streamed_to_who_asked(slack: SlackDouble, channel: str) -> None:
    event = mention(slack, channel)
    reply = reply_to(slack, event)
    (started,) = (one for one in slack.named("chat.startStream") if one["thread_ts"] == event["ts"])
    assert (started["recipient_team_id"], started["recipient_user_id"]) == (TEAM, USER)
    assert reply["metadata"]["event_payload"] == {"key": f"slack:{TEAM}:{channel}:{event['ts']}"}


def test_a_direct_message_needs_no_mention(slack: SlackDouble, direct: str) -> None:
    event = slack.say(direct, WHO)
    slack.send(event)
    assert "Ada Lindqvist" in text_of(reply_to(slack, event))


def test_a_follow_up_in_the_thread_needs_no_mention(slack: SlackDouble, channel: str) -> None:
    first = mention(slack, channel)
    reply_to(slack, first)
    slack.send(slack.say(channel, "How high does it stand?", thread_ts=first["ts"]))
    wait_for(lambda: len(slack.replies(channel, first["ts"])) == 2)
    assert "41 metres" in text_of(slack.replies(channel, first["ts"])[-1])


def test_talk_that_is_not_for_the_bot_is_left_alone(slack: SlackDouble, channel: str) -> None:
    ignored = [
        slack.say(channel, WHO),
        slack.say(channel, f"<@{BOT}> {WHO}", user=BOT),
        slack.say(channel, f"<@{BOT}> {WHO}", bot_id="B99"),
        slack.say(channel, f"<@{BOT}> {WHO}", subtype="channel_join"),
        slack.say(channel, f"<@{BOT}>"),
    ]
    for event in ignored:
        slack.send(event)
    settle(slack)
    assert all(slack.written(channel, event["ts"]) == 0 for event in ignored)


def test_a_command_shows_the_question_and_answers_below_it(
    slack: SlackDouble, channel: str
) -> None:
    asked = command(channel, WHO)
    slack.interact("slash_commands", asked)
    slack.interact("slash_commands", asked)
    wait_for(lambda: len(slack.messages[channel]) == 2)
    header, reply = slack.messages[channel]
    assert header["text"] == f"<@{USER}> asked: {WHO}"
    wait_for(lambda: "Ada Lindqvist" in text_of(reply))
    assert reply["thread_ts"] == header["ts"]
    told = slack.interact("slash_commands", command(channel, " "))
    assert "Ask the articles something" in json.dumps(told)


def test_a_command_where_the_bot_is_no_member_tells_how_to_invite_it(
    slack: SlackDouble, channel: str
) -> None:
    slack.uninvited.add(channel)
    back = f"{slack.address}/respond/{channel}"
    slack.interact("slash_commands", command(channel, WHO, response_url=back))
    wait_for(lambda: any("`/invite` me" in one["text"] for one in slack.told))


def test_a_message_can_be_asked_by_shortcut(slack: SlackDouble, channel: str) -> None:
    message = slack.say(channel, WHO)
    slack.send(message)
    slack.interact("interactive", shortcut("footnote_ask", message))
    assert "Ada Lindqvist" in text_of(reply_to(slack, message))


def test_nothing_an_article_says_can_mention_or_link(slack: SlackDouble, channel: str) -> None:
    streamed = reply_to(slack, mention(slack, channel, "Who is the mayor of Bogwater?"))
    slack.whole_only.add(channel)
    slack.interact("slash_commands", command(channel, "Who is the mayor of Bogwater?"))
    wait_for(lambda: any("asked:" in one.get("text", "") for one in slack.messages[channel]))
    header = next(one for one in slack.messages[channel] if "asked:" in one.get("text", ""))
    posted = reply_to(slack, header)
    for reply in (streamed, posted):
        assert "Olga Brandt" in text_of(reply)
        shown = json.dumps(reply, ensure_ascii=False)
        assert not [one for one in ("<!", "<@", "<https://evil") if one in shown]
        assert "&lt;!channel&gt;" in shown.replace("\u200b", "")
    markup = ("[1]:", "](http", "https://evil", "@everyone", ":warning:")
    assert not [one for one in markup if one in streamed["markdown"]]


def test_what_the_articles_do_not_say_is_one_friendly_line(
    slack: SlackDouble, channel: str
) -> None:
    reply = reply_to(slack, mention(slack, channel, "What is the boiling point of tungsten?"))
    shown = text_of(reply)
    assert shown.startswith("I looked, but the articles do not say. Nearest: ")
    assert shown.count("\n") == 0


def edited(slack: SlackDouble, event: Message, text: str) -> Message:
    change = {"text": text, "edited": {"user": USER, "ts": slack.timestamp()}}
    return {
        "type": "message", "subtype": "message_changed", "channel": event["channel"],
        "channel_type": "channel", "hidden": True, "ts": slack.timestamp(),
        "previous_message": event, "message": {**event, **change},
    }  # fmt: skip


def deleted(slack: SlackDouble, event: Message) -> Message:
    return {
        "type": "message", "subtype": "message_deleted", "channel": event["channel"],
        "hidden": True, "ts": slack.timestamp(), "deleted_ts": event["ts"],
        "previous_message": event,
    }  # fmt: skip


def test_an_edited_question_changes_its_answer_and_a_deleted_one_takes_it_along(
    slack: SlackDouble, channel: str
) -> None:
    event = mention(slack, channel)
    reply = reply_to(slack, event)
    first, second = edited(slack, event, f"<@{BOT}> Hm?"), edited(slack, event, f"<@{BOT}> {WHEN}")
    slack.send(second)
    wait_for(lambda: "1932" in text_of(slack.replies(channel, event["ts"])[0]))
    slack.send(first)
    settle(slack)
    assert "1932" in text_of(slack.replies(channel, event["ts"])[0])
    assert slack.replies(channel, event["ts"])[0]["ts"] == reply["ts"]
    slack.send(deleted(slack, event))
    wait_for(lambda: slack.replies(channel, event["ts"]) == [])


def test_a_question_deleted_before_it_arrives_is_not_answered(
    slack: SlackDouble, channel: str
) -> None:
    event = slack.say(channel, f"<@{BOT}> {WHO}")
    slack.send(deleted(slack, event))
    slack.send(event)
    settle(slack)
    assert slack.written(channel, event["ts"]) == 0


def test_a_verdict_and_the_passage_are_a_click_away(
    slack: SlackDouble, channel: str, data: Path
) -> None:
    reply = reply_to(slack, mention(slack, channel))
    feedback = reply["blocks"][-1]["elements"][0]
    passage = footnotes(reply)[0]["accessory"]
    click(slack, reply, {**feedback, "value": feedback["positive_button"]["value"]})
    click(slack, reply, {**passage, "type": "button"})
    wait_for(lambda: bool(slack.views))
    assert "*The lighthouse of Karvel Point was built in 1874" in text_of(slack.views[0])
    assert "electrified in 1932" in text_of(slack.views[0])
    with sqlite3.connect(data / "records.sqlite") as records:
        assert records.execute("SELECT helpful FROM feedback").fetchall() == [(1,)]


def test_a_follow_up_question_is_asked_by_its_button_once(slack: SlackDouble, channel: str) -> None:
    event = mention(slack, channel)
    reply = reply_to(slack, event)
    value = f"answer 0 {WHEN}"
    button = {"type": "button", "action_id": "footnote_follow_up_0", "value": value}
    click(slack, reply, button)
    click(slack, reply, button)
    wait_for(lambda: len(slack.replies(channel, event["ts"])) == 2)
    settle(slack)
    (_, answer) = slack.replies(channel, event["ts"])
    assert text_of(answer).startswith(f"<@{USER}> asked: {WHEN}")
    assert "1932" in text_of(answer)


def test_a_correction_is_told_once_below_the_answer(
    footnote: Footnote, slack: SlackDouble, channel: str, data: Path, tmp_path: Path
) -> None:
    bridge = {"id": "bridge", "title": "The bridge", "text": "The bridge of Tarn is 90 m long."}
    articles = tmp_path / "bridge.jsonl"
    articles.write_text(json.dumps(bridge))
    assert footnote("add", articles, "--data-dir", data).returncode == 0
    event = mention(slack, channel, "How long is the bridge of Tarn?")
    assert "90 m" in text_of(reply_to(slack, event))
    articles.write_text(json.dumps(bridge | {"text": "The bridge of Tarn is 95 m long."}))
    assert footnote("add", articles, "--data-dir", data).returncode == 0
    wait_for(lambda: len(slack.replies(channel, event["ts"])) == 2)
    settle(slack)
    (_, note) = slack.replies(channel, event["ts"])
    assert note["text"].startswith("*The bridge* was corrected on ")


def test_the_assistant_pane_suggests_what_the_articles_answer_and_names_its_threads(
    slack: SlackDouble, direct: str
) -> None:
    opened = slack.say(direct, "")
    thread = {"user_id": USER, "channel_id": direct, "thread_ts": opened["ts"], "context": {}}
    started = {"type": "assistant_thread_started", "assistant_thread": thread}
    slack.send(started | {"event_ts": slack.timestamp()})
    wait_for(lambda: bool(slack.prompts))
    prompts = [one["message"] for one in slack.prompts[-1]["prompts"]]
    assert f"What is known about {LIGHTHOUSE['title'].replace('The', 'the')}?" in prompts
    question = slack.say(direct, prompts[0], thread_ts=opened["ts"])
    slack.send(question)
    reply_to(slack, question)
    wait_for(lambda: slack.titles.get(opened["ts"]) == prompts[0])
    assert "is reading the articles…" in slack.statuses


def test_where_nothing_is_streamed_a_reply_is_one_message(slack: SlackDouble, channel: str) -> None:
    slack.whole_only.add(channel)
    event = mention(slack, channel)
    reply = reply_to(slack, event)
    settle(slack)
    assert "Ada Lindqvist. [1]" in text_of(reply)
    assert slack.written(channel, event["ts"]) == 1


def test_rate_limits_are_waited_out(slack: SlackDouble, channel: str) -> None:
    slack.limit_next = 2
    assert "Ada Lindqvist" in text_of(reply_to(slack, mention(slack, channel)))
