"""Articles from Slack: links and files that people want in the collection."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import httpx

from bots.slack.events import SharedFile, ToAdd
from bots.slack.markup import escaped
from bots.slack.posting import Place, Poster
from bots.slack.workspaces import Workspaces
from qa.adding import Adding, AddReport
from qa.desk import Desk
from qa.settings import Settings

ADDED = "footnote_added"
NOT_ALLOWED = (
    "Only some people and channels may add articles here. Whoever runs Footnote can name yours in "
    "FOOTNOTE_SLACK_EDITORS: `{user}` for you, `{channel}` for this channel."
)
NOTHING_TO_ADD = "There is no link and no file in it to add."
_MAX_REASON = 300
_MAX_LINES = 20


class _UnreachableFileError(Exception):
    """Slack does not hand out a file; the message says why."""


class ArticlesFromSlack:
    """Adds what people share, and says when it can be asked about."""

    def __init__(
        self, settings: Settings, desk: Desk, workspaces: Workspaces, poster: Poster
    ) -> None:
        self._settings = settings
        self._searcher = desk.searcher
        self._workspaces = workspaces
        self._poster = poster
        self._adding = Adding(settings, desk.searcher)

    def add(self, wanted: ToAdd) -> None:
        """Adds everything, then tells the thread, or the channel, once."""
        workspace = self._workspaces.find(wanted.team)
        place = Place(workspace, wanted.channel, wanted.thread_ts or None)
        known = self._poster.outbox.find(wanted.key)
        if known is not None and known.complete:
            return
        if not may_add(self._settings, wanted.user, wanted.channel):
            text = not_allowed(wanted.user, wanted.channel)
        else:
            lines = [*self._pages(wanted.addresses), *self._files(wanted.files, place)]
            text = _joined(lines, wanted.user)
        self._poster.post_once(wanted.key, ADDED, place, {"text": text})

    def _pages(self, addresses: Sequence[str]) -> list[str]:
        return self._lines(self._adding.add_addresses(addresses)) if addresses else []

    def _files(self, files: Sequence[SharedFile], place: Place) -> list[str]:
        lines = []
        for file in files:
            try:
                data = self._fetched(file, str(place.workspace.client.token))
            except _UnreachableFileError as error:
                lines.append(f"• `{escaped(file.name)}` was not taken: {error}")
            else:
                lines += self._lines(self._adding.add_file(file.name, data))
        return lines

    def _lines(self, report: AddReport) -> list[str]:
        lines = []
        for taken in report.taken:
            article = self._searcher.article(taken.article_id)
            title = escaped(
                " ".join((article.metadata.title if article else taken.source_name).split()), 300
            )
            was = "was here already" if taken.outcome == "unchanged" else f"was {taken.outcome}"
            lines.append(f"• *{title}* {was}: ask about it.")
        for refused in report.refused:
            name, reason = escaped(refused.source_name, 500), escaped(refused.reason, _MAX_REASON)
            lines.append(f"• {name} was not taken: {reason}.")
        return lines

    def _fetched(self, file: SharedFile, token: str) -> bytes:
        """A file's bytes. The token goes to Slack alone, so redirects are not followed."""
        if not _is_slack(file.url, self._settings.slack_api_url):
            raise _UnreachableFileError("it does not lie in Slack; share its link instead.")
        limit, data = self._settings.max_file_bytes, bytearray()
        headers = {"Authorization": f"Bearer {token}"}
        timeout = self._settings.download_timeout
        with httpx.stream("GET", file.url, headers=headers, timeout=timeout) as response:
            if response.status_code in (301, 302, 303, 307, 308, 401, 403, 404):
                raise _UnreachableFileError("Slack does not hand it out (scope `files:read`).")
            response.raise_for_status()
            for part in response.iter_bytes():
                data += part
                if len(data) > limit:
                    raise _UnreachableFileError(f"it is larger than {limit:,} bytes.")
        return bytes(data)


def may_add(settings: Settings, user: str, channel: str) -> bool:
    """Whether articles may be added by this person or from this channel."""
    return user in settings.slack_editors or channel in settings.slack_editors


def not_allowed(user: str, channel: str) -> str:
    """Why not, and what to do."""
    return NOT_ALLOWED.format(user=user, channel=channel)


def _joined(lines: Sequence[str], user: str) -> str:
    more = len(lines) - _MAX_LINES
    rest = [f"• and {more} more."] if more > 0 else []
    head = f"From <@{user}>:" if lines else f"<@{user}> {NOTHING_TO_ADD}"
    return "\n".join([head, *lines[:_MAX_LINES], *rest])


def _is_slack(url: str, api_url: str) -> bool:
    there, api = urlsplit(url), urlsplit(api_url)
    if (there.scheme, there.netloc) == (api.scheme, api.netloc):
        return True
    host = there.hostname or ""
    return there.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))
