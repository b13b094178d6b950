"""How the bot is set up: tokens, manifest, inside `footnote serve`, several workspaces."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bots.slack.manifest import SCOPES, manifest
from tests.bots.conftest import bot, settings_of, text_of
from tests.bots.slack_double import BOT, TEAM, Message, SlackDouble, signed
from tests.bots.slack_web_api import (
    CLIENT_ID,
    CLIENT_SECRET,
    CODE,
    OTHER_BOT,
    OTHER_TEAM,
    SCOPE_OF_METHOD,
)
from tests.e2e.collector import collecting
from tests.e2e.conftest import FOOTNOTE, Footnote, serving
from tests.e2e.figures import questions, value
from tests.waiting import wait_for

DIRECT = "D01"
WHO = "Who built the lighthouse of Karvel Point?"
SIGNING = "not a secret"
# https://docs.slack.dev/reference/events
SCOPE_OF_EVENT = {
    "app_mention": "app_mentions:read",
    "assistant_thread_context_changed": "assistant:write",
    "assistant_thread_started": "assistant:write",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
}
WRONG = {"FOOTNOTE_SLACK_BOT_TOKEN": "xoxb-wrong", "FOOTNOTE_SLACK_APP_TOKEN": "xapp-wrong"}


@pytest.mark.parametrize(
    ("settings", "said"), [({}, "FOOTNOTE_SLACK_BOT_TOKEN"), (WRONG, "invalid_auth")]
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
    assert "redirect_urls" not in sockets["oauth_config"]
    public = json.loads(footnote("slack", "manifest", "--address", "https://a.example/").stdout)
    addresses = re.findall(r"https://a\.example[^\"]*", json.dumps(public))
    assert set(addresses) == {
        "https://a.example/slack/events",
        "https://a.example/slack/oauth_redirect",
    }
    assert subprocess.run([FOOTNOTE, "slack", "--help"], capture_output=True).returncode == 0


def test_every_scope_is_one_that_an_event_or_a_call_needs() -> None:
    made = manifest("https://a.example")
    events = made["settings"]["event_subscriptions"]["bot_events"]
    needed = {SCOPE_OF_EVENT[event] for event in events if event in SCOPE_OF_EVENT}
    needed |= {*SCOPE_OF_METHOD.values(), "commands", "files:read"}
    assert set(SCOPES) == needed
    assert made["oauth_config"]["scopes"]["bot"] == sorted(needed)


def over_http(slack: SlackDouble) -> dict[str, str]:
    return settings_of(slack) | {"FOOTNOTE_SLACK_SIGNING_SECRET": SIGNING}


def test_the_server_takes_signed_events_and_refuses_others(slack: SlackDouble, data: Path) -> None:
    event = slack.say(DIRECT, WHO)
    payload = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": event}
    body = json.dumps(payload).encode()
    with serving(data, "--workers", "2", **over_http(slack)) as api:

        def sent(headers: dict[str, str]) -> int:
            try:
                return api.post("/slack/events", content=body, headers=headers).status_code
            except httpx.TransportError:  # uvicorn replaces a worker that is slow to start
                return 0

        wait_for(lambda: sent(signed(body, SIGNING)) == 200)
        stale = signed(body, SIGNING, age=301)
        other = signed(body + b" ", SIGNING)
        unsigned = {"Content-Type": "application/json"}
        refused = [sent(one) for one in (signed(body, "another"), stale, other, unsigned)]
        assert refused == [401] * 4
        for _ in range(5):
            slack.deliver(api, event, SIGNING, event_id="Ev1")
        wait_for(lambda: bool(slack.replies(DIRECT, event["ts"])))
        second = slack.say(DIRECT, WHO)
        slack.deliver(api, second, SIGNING)
        wait_for(lambda: bool(slack.replies(DIRECT, second["ts"])))
    assert slack.written(DIRECT, event["ts"]) == 1


def test_questions_in_slack_are_counted_and_traced_by_the_server(
    slack: SlackDouble, data: Path
) -> None:
    with collecting() as collector:
        with serving(data, **over_http(slack), **collector.settings) as api:
            wait_for(lambda: _state(api).get("state") == "ready")
            event = slack.say(DIRECT, WHO)
            for _ in range(2):
                slack.deliver(api, event, SIGNING, event_id="Ev1")
            wait_for(lambda: bool(slack.replies(DIRECT, event["ts"])))
            assert questions(api) == {"answered": 1}
            assert value(api, 'footnote_stage_seconds_count{stage="total"}') == 1
        paths = set(collector.paths())
    stages = ("retrieve", "retrieve > embed", "rerank", "answer", "keep")
    assert {f"ask > {stage}" for stage in stages} < paths


def test_the_server_says_whether_replies_wait_for_slack(slack: SlackDouble, data: Path) -> None:
    with serving(data, **over_http(slack)) as api:
        wait_for(lambda: _state(api).get("state") == "ready")
        slack.is_away = True
        event = slack.say(DIRECT, WHO)
        slack.deliver(api, event, SIGNING)
        wait_for(lambda: _state(api).get("state") == "waiting")
        assert _state(api)["waiting"] == 1
        assert "Slack cannot be reached" in str(_state(api)["problem"])
        slack.is_away = False
        wait_for(lambda: bool(slack.replies(DIRECT, event["ts"])))
        wait_for(lambda: _state(api) == {"state": "ready", "waiting": 0})


def _state(api: httpx.Client) -> Message:
    parts: Message = api.get("/readyz").json().get("parts", {})
    found: Message = parts.get("slack", {})
    return found


def several(slack: SlackDouble) -> dict[str, str]:
    settings = over_http(slack) | {
        "FOOTNOTE_SLACK_CLIENT_ID": CLIENT_ID,
        "FOOTNOTE_SLACK_CLIENT_SECRET": CLIENT_SECRET,
    }
    return settings | dict.fromkeys(["FOOTNOTE_SLACK_BOT_TOKEN"], "xoxb-unused")


def install(api: httpx.Client) -> httpx.Response:
    """Presses the button and comes back from Slack with a code, as a browser does."""
    wait_for(lambda: api.get("/slack/install").status_code == 200)
    page = api.get("/slack/install")
    found = re.search(r'href="(https://slack\.com/oauth[^"]*)"', page.text)
    assert found
    asked = parse_qs(urlsplit(found[1].replace("&amp;", "&")).query)
    assert asked["client_id"] == [CLIENT_ID]
    cookie = page.headers["set-cookie"].partition(";")[0]
    back = {"code": CODE, "state": asked["state"][0]}
    return api.get("/slack/oauth_redirect", params=back, headers={"Cookie": cookie})


def test_a_workspace_that_installs_the_app_is_answered_with_its_own_token(
    slack: SlackDouble, data: Path
) -> None:
    with serving(data, **several(slack)) as api:
        assert install(api).status_code == 200
        event = slack.say(DIRECT, f"<@{OTHER_BOT}> {WHO}")
        body = {
            "type": "event_callback", "team_id": OTHER_TEAM, "event_id": "Ev1", "event": event,
            "authorizations": [{"enterprise_id": None, "team_id": OTHER_TEAM, "is_bot": True}],
        }  # fmt: skip
        content = json.dumps(body).encode()
        for _ in range(3):
            reply = api.post("/slack/events", content=content, headers=signed(content, SIGNING))
            assert reply.status_code == 200
        wait_for(lambda: bool(slack.replies(DIRECT, event["ts"], OTHER_BOT)))
    (reply_there,) = slack.replies(DIRECT, event["ts"], OTHER_BOT)
    assert "Ada Lindqvist" in text_of(reply_there)
    assert slack.replies(DIRECT, event["ts"], BOT) == []
    assert len(slack.named("auth.test")) == 2  # once to install, once for its events
    with bot(slack, data, **several(slack)):
        event = slack.say(DIRECT, WHO)
        slack.send(event, team=OTHER_TEAM)
        wait_for(lambda: bool(slack.replies(DIRECT, event["ts"], OTHER_BOT)))


def test_a_workspace_that_is_not_named_cannot_install_the_app(
    slack: SlackDouble, data: Path
) -> None:
    named = {"FOOTNOTE_SLACK_WORKSPACES": '["T99"]'}
    with serving(data, **several(slack), **named) as api:
        assert install(api).status_code == 500
        assert "installed" not in json.dumps(api.get("/readyz").json())
