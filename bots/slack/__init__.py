"""The Slack bot: event → inbox → desk → Block Kit reply in the thread."""
