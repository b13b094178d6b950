"""One reply to each question, whatever is cut, killed, repeated or away."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bots.conftest import bot, copied, start, text_of
from tests.bots.slack_double import BOT, TEAM, USER, Message, SlackDouble
from tests.waiting import wait_for

CHANNEL = "C01"
WHO = "Who built the lighthouse of Karvel Point?"
# The whole storm takes minutes: SLACK_STORM=1000 pytest -k storm tests/bots
STORM = int(os.environ.get("SLACK_STORM", "60"))
KILLS = [
    ("before", "chat.startStream"),
    ("after", "chat.startStream"),
    ("after", "chat.stopStream"),
    ("before", "chat.postMessage"),
    ("after", "chat.postMessage"),
]


def mention(slack: SlackDouble, text: str = WHO) -> Message:
    event = slack.say(CHANNEL, f"<@{BOT}> {text}")
    slack.send(event)
    return event


def only_reply(slack: SlackDouble, event: Message) -> Message:
    """The one reply, when it is there; nothing else of the bot stands in the thread."""
    wait_for(lambda: bool(slack.replies(event["channel"], event["ts"])))
    (reply,) = slack.replies(event["channel"], event["ts"])
    assert slack.written(event["channel"], event["ts"]) == 1
    return reply


@pytest.fixture(scope="module")
def shared(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlackDouble]:
    data = copied(filled, tmp_path_factory.mktemp("once") / "data")
    with SlackDouble().running() as double, bot(double, data):
        yield double


@pytest.mark.parametrize("method", ["chat.startStream", "chat.stopStream", "chat.postMessage"])
def test_what_was_done_unheard_is_not_done_again(shared: SlackDouble, method: str) -> None:
    looked = len(shared.named("conversations.replies"))
    shared.drop_after = {method: 1}
    if method == "chat.postMessage":
        shared.whole_only.add(CHANNEL)
    event = shared.say(CHANNEL, f"<@{BOT}> {WHO}")
    for _ in range(250):  # more than Slack hands out at once
        shared.say(CHANNEL, "I wonder, too.", thread_ts=event["ts"])
    shared.send(event)
    wait_for(lambda: shared.drop_after[method] == 0)
    wait_for(lambda: "Ada Lindqvist. [1]" in text_of(only_reply(shared, event)))
    shared.whole_only.clear()
    if method != "chat.stopStream":  # there the outbox knows the place
        wait_for(lambda: len(shared.named("conversations.replies")) > looked)
    mention_again = mention(shared)
    only_reply(shared, mention_again)
    only_reply(shared, event)


def test_a_stream_that_slack_has_closed_is_finished_all_the_same(shared: SlackDouble) -> None:
    def close(when: str, method: str) -> None:
        if (when, method) == ("before", "chat.stopStream"):
            for message in shared.messages[CHANNEL]:
                message.pop("streaming", None)

    shared.on_call = close
    event = mention(shared)
    _wait_for_footnotes(shared, event)
    shared.on_call = lambda _when, _method: None


def test_while_slack_is_away_questions_wait(shared: SlackDouble) -> None:
    events = [shared.say(CHANNEL, f"<@{BOT}> {WHO}") for _ in range(3)]
    shared.is_away = True
    for event in events:
        shared.send(event)
    assert all(shared.written(CHANNEL, event["ts"]) == 0 for event in events)
    shared.is_away = False
    for event in events:
        assert "Ada Lindqvist" in text_of(only_reply(shared, event))


def test_a_workspace_without_streams_is_not_asked_for_them_each_time(
    slack: SlackDouble, data: Path
) -> None:
    slack.streams = False
    with bot(slack, data):
        for _ in range(3):
            only_reply(slack, mention(slack))
    assert len(slack.named("chat.startStream")) == 1


def test_killed_at_any_call_it_replies_once(slack: SlackDouble, data: Path) -> None:
    process = start(slack, data)
    for at in KILLS:
        slack.whole_only = {CHANNEL} if at[1] == "chat.postMessage" else set()
        slack.on_call = _killing(process, at)
        event = mention(slack)
        assert process.wait(60) == -signal.SIGKILL
        slack.on_call = lambda _when, _method: None
        process = start(slack, data)
        _wait_for_footnotes(slack, event)
    process.kill()
    process.wait()


def _killing(process: subprocess.Popen[str], at: tuple[str, str]) -> Callable[[str, str], None]:
    def kill(when: str, method: str) -> None:
        if (when, method) == at:
            process.kill()
            process.wait()

    return kill


def _wait_for_footnotes(slack: SlackDouble, event: Message) -> None:
    wait_for(lambda: "[1] <https" in text_of(only_reply(slack, event)))


def test_a_command_killed_at_any_call_is_shown_and_answered_once(
    slack: SlackDouble, data: Path
) -> None:
    process = start(slack, data)
    slack.on_call = _killing(process, ("after", "chat.postMessage"))
    command = {
        "command": "/ask", "text": WHO, "team_id": TEAM, "channel_id": CHANNEL, "user_id": USER,
        "trigger_id": "1.2.3",
    }  # fmt: skip
    slack.interact("slash_commands", command)
    process.wait(60)
    slack.on_call = lambda _when, _method: None
    with bot(slack, data):
        wait_for(lambda: len(slack.messages[CHANNEL]) == 2)
        header, _reply = slack.messages[CHANNEL]
        assert header["text"] == f"<@{USER}> asked: {WHO}"
        only_reply(slack, header)


def test_storms_reconnects_and_kills_end_in_one_reply_each(slack: SlackDouble, data: Path) -> None:
    """Events arrive out of order, 30 % of them again, over links that are refreshed."""
    chance = random.Random(1)  # noqa: S311 - the same storm each time
    events = [slack.say(f"C{number % 7}", f"<@{BOT}> {WHO}") for number in range(STORM)]
    sent = [*events, *chance.sample(events, STORM * 3 // 10)]
    chance.shuffle(sent)
    kills = {len(sent) * number // 4 for number in (1, 2, 3)}
    refreshes = {len(sent) * number // 5 for number in (1, 2, 3, 4)}
    process = start(slack, data)
    for number, event in enumerate(sent):
        if number in kills:
            process = _killed_and_started(process, slack, data)
        if number in refreshes:
            slack.refresh("warning")
            slack.refresh()
            wait_for(lambda: slack.is_connected)
        slack.send(event, event_id=f"Ev{event['ts']}")
        slack.send({**event, "type": "app_mention"}, event_id=f"Ev{event['ts']}")

    def done() -> bool:
        return all(slack.replies(event["channel"], event["ts"]) for event in events)

    wait_for(done, seconds=60 + STORM)
    process = _killed_and_started(process, slack, data)
    only_reply(slack, mention(slack))
    process.terminate()
    process.wait()
    written = [slack.written(event["channel"], event["ts"]) for event in events]
    assert written == [1] * STORM
    assert all(
        "Ada Lindqvist" in text_of(slack.replies(event["channel"], event["ts"])[0])
        for event in events
    )


def _killed_and_started(
    process: subprocess.Popen[str], slack: SlackDouble, data: Path
) -> subprocess.Popen[str]:
    process.kill()
    process.wait()
    wait_for(lambda: not slack.is_connected)
    return start(slack, data)
