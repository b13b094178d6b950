"""Every setting in one place: environment variables `FOOTNOTE_…`, then `footnote.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from index.options import IndexOptions, ReadingOptions


class Settings(BaseSettings):
    """What can be set. Sizes in bytes, times in seconds.

    `reranking_model` names a sentence-transformers cross-encoder that puts the passages in order
    before they are read. `answer_threshold` is the confidence below which the answer is "not
    found": None takes the answerer's own, measured one; higher is stricter. `require_keys`: None
    demands API keys wherever the server listens elsewhere than on loopback. `rate_limit` is what
    one caller may ask, such as `10/second; 1000/hour`: None is 120 a minute where the server
    listens elsewhere than on loopback, "off" is no limit. `slack_editors` are the ids of the
    people and channels in Slack from where articles may be added; `slack_workspaces` those of the
    workspaces that may install the app, where it is offered to several: none named, any may.
    """

    model_config = SettingsConfigDict(
        env_prefix="FOOTNOTE_", toml_file="footnote.toml", extra="forbid", frozen=True
    )

    data_dir: Path = Field(default_factory=lambda: user_data_path("footnote"))
    embedding_model: str | None = None
    reranking_model: str | None = None
    answer_threshold: float | None = Field(default=None, ge=0, le=1)

    max_file_bytes: int = Field(default=50_000_000, gt=0)
    max_download_bytes: int = Field(default=20_000_000, gt=0)
    download_timeout: float = Field(default=20.0, gt=0)
    fetch_pause: float = Field(default=1.0, ge=0)
    allow_private_addresses: bool = False

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    workers: int = Field(default=1, ge=1)
    allowed_hosts: tuple[str, ...] = ()
    require_keys: bool | None = None
    rate_limit: str | None = None
    cors_origins: tuple[str, ...] = ()
    log_format: Literal["text", "json"] = "text"
    log_questions: bool = False
    max_body_bytes: int = Field(default=10_000_000, gt=0)
    body_timeout: float = Field(default=30.0, gt=0)
    max_upload_bytes: int = Field(default=100_000_000, gt=0)
    max_waiting: int = Field(default=32, ge=0)
    max_queued_jobs: int = Field(default=100, gt=0)
    max_queued_bytes: int = Field(default=500_000_000, gt=0)

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_workspaces: tuple[str, ...] = ()
    slack_editors: tuple[str, ...] = ()
    slack_unasked_confidence: float = Field(default=0.8, ge=0, le=1)
    slack_api_url: str = "https://slack.com/api/"

    def index_options(self) -> IndexOptions:
        """What the index layer needs to know."""
        reading = ReadingOptions(
            max_file_bytes=self.max_file_bytes,
            max_download_bytes=self.max_download_bytes,
            download_timeout=self.download_timeout,
            fetch_pause=self.fetch_pause,
            allow_private_addresses=self.allow_private_addresses,
        )
        return IndexOptions(self.data_dir, self.embedding_model, reading)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
