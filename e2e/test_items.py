"""Items: created, seen after a reload, changed, deleted."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def create(page: Page, title: str, description: str = "") -> None:
    """Create an item by the dialog."""
    page.goto("/items")
    page.get_by_role("button", name="New item").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill(title)
    dialog.get_by_label("Description").fill(description)
    dialog.get_by_role("button", name="Create item").click()
    expect(dialog).to_be_hidden()


def row(page: Page, title: str) -> Locator:
    """Return the line of an item in the table."""
    return page.get_by_role("row").filter(has_text=title)


def test_an_item_is_there_after_a_reload(logged_in: Page) -> None:
    create(logged_in, "Buy a dovetail saw", "20 teeth per inch")
    expect(row(logged_in, "Buy a dovetail saw")).to_be_visible()
    logged_in.reload()
    expect(row(logged_in, "Buy a dovetail saw")).to_contain_text("20 teeth per inch")


def test_an_item_without_a_title_is_refused_beside_its_field(logged_in: Page) -> None:
    logged_in.goto("/items")
    logged_in.get_by_role("button", name="New item").first.click()
    logged_in.get_by_role("button", name="Create item").click()
    expect(logged_in.get_by_text("Give the item a title.")).to_be_visible()


def test_an_item_is_changed_and_deleted(logged_in: Page) -> None:
    create(logged_in, "Sharpen the chisel")
    logged_in.get_by_role("button", name="Actions for Sharpen the chisel").click()
    logged_in.get_by_role("menuitem", name="Edit").click()
    logged_in.get_by_label("Title").fill("Sharpen the plane")
    logged_in.get_by_role("button", name="Save changes").click()
    expect(row(logged_in, "Sharpen the plane")).to_be_visible()
    expect(row(logged_in, "Sharpen the chisel")).to_have_count(0)
    logged_in.get_by_role("button", name="Actions for Sharpen the plane").click()
    logged_in.get_by_role("menuitem", name="Delete").click()
    logged_in.get_by_role("button", name="Delete").click()
    expect(row(logged_in, "Sharpen the plane")).to_have_count(0)
    logged_in.reload()
    expect(logged_in.get_by_role("heading", name="Items")).to_be_visible()
    expect(row(logged_in, "Sharpen the plane")).to_have_count(0)


def test_markup_in_an_item_is_text(logged_in: Page) -> None:
    title = '<img src=x onerror="document.title=`taken`">'
    create(logged_in, title)
    expect(logged_in.get_by_text(title)).to_be_visible()
    assert logged_in.title() != "taken"
