"""The picture of a plan in the docs is that of a plan."""

from tools.fleet_picture import PAGE, drawn, planned


def test_is_what_the_plan_says() -> None:
    """Drawn anew from what is planned now, it is the same."""
    assert PAGE.read_text(encoding="utf-8") == drawn(planned())
