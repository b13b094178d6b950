from __future__ import annotations

import pytest

from index.dates import moments


def test_a_date_stands_for_its_whole_day() -> None:
    assert moments("2022-01-19") == ("2022-01-19T00:00:00.000000", "2022-01-19T23:59:59.999999")


@pytest.mark.parametrize(
    "same", ["2022-01-19T08:00:00Z", "2022-01-19T09:00:00+01:00", "2022-01-19 08:00:00"]
)
def test_moments_compare_in_utc(same: str) -> None:
    assert moments(same) == ("2022-01-19T08:00:00.000000",) * 2


@pytest.mark.parametrize(
    "wrong",
    ["", "soon", "2022", "19.1.2022", "2022-13-01", "2022-01-19Tx", "0001-01-01T00:00:00+02:00"],
)
def test_anything_else_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        moments(wrong)
