"""Where settings come from, which of them win, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from platformdirs import user_data_path
from pydantic import ValidationError

from index.options import IndexOptions, ReadingOptions
from qa.settings import Settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, where `footnote.toml` is looked for."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_data_lives_in_the_users_own_data_folder() -> None:
    assert Settings().data_dir == user_data_path("footnote")


def test_nobody_else_can_reach_the_service_unless_told() -> None:
    settings = Settings()
    assert settings.host == "127.0.0.1"
    assert settings.allow_private_addresses is False


def test_the_environment_sets_by_prefixed_names(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_DATA_DIR", str(folder / "data"))
    monkeypatch.setenv("FOOTNOTE_PORT", "9001")
    monkeypatch.setenv("FOOTNOTE_ALLOWED_HOSTS", '["example.org", "localhost"]')
    settings = Settings()
    assert settings.data_dir == folder / "data"
    assert settings.port == 9001
    assert settings.allowed_hosts == ("example.org", "localhost")


def test_the_file_of_the_working_folder_sets_by_plain_names(folder: Path) -> None:
    (folder / "footnote.toml").write_text('answer_threshold = 0.7\nhost = "0.0.0.0"\n')
    settings = Settings()
    assert (settings.answer_threshold, settings.host) == (0.7, "0.0.0.0")  # noqa: S104


def test_the_environment_wins_over_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "footnote.toml").write_text("port = 9001\nworkers = 3\n")
    monkeypatch.setenv("FOOTNOTE_PORT", "9002")
    settings = Settings()
    assert (settings.port, settings.workers) == (9002, 3)


def test_an_argument_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PORT", "9002")
    assert Settings(port=9003).port == 9003


def test_a_misspelt_name_in_the_file_is_refused_by_name(folder: Path) -> None:
    (folder / "footnote.toml").write_text("prot = 9001\n")
    with pytest.raises(ValidationError, match="prot"):
        Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("answer_threshold", "1.1"),
        ("answer_threshold", "-0.1"),
        ("answer_threshold", "nan"),
        ("port", "65536"),
        ("port", "-1"),
        ("workers", "0"),
        ("max_file_bytes", "0"),
        ("max_download_bytes", "-5"),
        ("max_body_bytes", "much"),
        ("download_timeout", "0"),
        ("allow_private_addresses", "perhaps"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"FOOTNOTE_{name.upper()}", value)
    with pytest.raises(ValidationError, match=name):
        Settings()


def test_settings_do_not_change_once_made() -> None:
    settings = Settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1


def test_the_index_is_told_its_folder_its_model_and_its_limits(folder: Path) -> None:
    settings = Settings(
        data_dir=folder,
        embedding_model="some/model",
        max_file_bytes=1,
        max_download_bytes=2,
        download_timeout=3.0,
        allow_private_addresses=True,
    )
    reading = ReadingOptions(1, 2, 3.0, allow_private_addresses=True)
    assert settings.index_options() == IndexOptions(folder, "some/model", reading)


def test_the_limits_are_the_index_layers_own_unless_set() -> None:
    assert Settings().index_options().reading == ReadingOptions()
