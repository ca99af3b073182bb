"""How it is told what a page was kept from."""

from helios_renders.capture.refusals import NAMED, refusal_warning, shortened


def test_each_address_is_named_once_in_order() -> None:
    assert refusal_warning(["http://b/", "http://a/", "http://b/"]) == (
        "The network is local, so the page was kept from http://a/, http://b/."
    )


def test_not_more_are_named_than_can_be_read() -> None:
    addresses = [f"http://a/{number:02}" for number in range(NAMED + 1)]
    assert refusal_warning(addresses[:NAMED]).endswith(f", {addresses[NAMED - 1]}.")
    assert refusal_warning(addresses).endswith(f", {addresses[NAMED - 1]} and more.")


def test_a_long_address_is_cut() -> None:
    address = "http://a/?" + "x" * 10_000
    assert address.startswith(shortened(address).removesuffix("..."))
    assert len(shortened(address)) < 210
    assert shortened("http://a/") == "http://a/"
