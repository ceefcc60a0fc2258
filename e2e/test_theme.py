"""Light and dark."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect


def brightness(page: Page) -> float:
    """Return how bright the page's background is drawn, from 0 to 255."""
    script = """() => {
        const canvas = document.createElement("canvas").getContext("2d")
        const layers = [document.documentElement, document.body].map(
            (element) => getComputedStyle(element).backgroundColor,
        )
        for (const colour of ["white", ...layers]) {
            canvas.fillStyle = colour
            canvas.fillRect(0, 0, 1, 1)
        }
        const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data
        return (red + green + blue) / 3
    }"""
    return float(page.evaluate(script))


def test_dark_is_chosen_and_kept(logged_in: Page) -> None:
    logged_in.emulate_media(color_scheme="light")
    assert brightness(logged_in) > 200
    logged_in.get_by_role("button", name="Theme").click()
    logged_in.get_by_role("menuitemradio", name="Dark").click()
    expect(logged_in.locator("html")).to_have_class(re.compile(r"\bdark\b"))
    assert brightness(logged_in) < 60
    logged_in.reload()
    expect(logged_in.get_by_role("button", name="Theme")).to_be_visible()
    assert brightness(logged_in) < 60


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_the_system_decides_until_something_is_chosen(page: Page, scheme: str, dark: bool) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto("/login")
    expect(page.get_by_label("Password")).to_be_visible()
    assert (brightness(page) < 60) is dark
