import itertools

from hypothesis import given
from hypothesis import strategies as st

from helios_renders.server.framing import MAX_BODY, FrameDecoder
from server.wire_client import frame

bodies = st.lists(st.binary(max_size=200), max_size=5)
cuts = st.lists(st.integers(0, 2000), max_size=20)


def pieces(stream: bytes, places: list[int]) -> list[bytes]:
    borders = [0, *sorted(min(place, len(stream)) for place in places), len(stream)]
    return [stream[start:end] for start, end in itertools.pairwise(borders)]


def decode(stream: bytes, places: list[int]) -> tuple[list[bytes], int]:
    decoder = FrameDecoder()
    found = [body for piece in pieces(stream, places) for body in decoder.feed(piece)]
    return found, decoder.dropped


@given(bodies, cuts)
def test_bodies_come_out_as_they_went_in_however_they_are_cut(sent: list[bytes], places: list[int]) -> None:
    assert decode(b"".join(map(frame, sent)), places) == (sent, 0)


@given(st.binary(max_size=300), st.binary(max_size=50), cuts)
def test_the_next_message_is_found_behind_any_noise(noise: bytes, body: bytes, places: list[int]) -> None:
    found, _ = decode(noise + frame(body), places)
    assert found[-1:] == [body]


@given(st.sampled_from([b"Content-Length", b"content-length", b"CONTENT-LENGTH"]), st.binary(max_size=50))
def test_other_headers_may_stand_around_the_length(name: bytes, body: bytes) -> None:
    kind = b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n"
    length = b"%b: %d\r\n" % (name, len(body))
    for header in (kind + length, length + kind):
        assert decode(header + b"\r\n" + body, []) == ([body], 0)


def test_a_length_that_no_message_has_is_not_waited_for() -> None:
    huge = b"Content-Length: %d\r\n\r\n" % (MAX_BODY + 1)
    assert decode(huge + frame(b"next"), [])[0] == [b"next"]


def test_endless_noise_is_not_kept() -> None:
    decoder = FrameDecoder()
    for _ in range(1000):
        assert not list(decoder.feed(b"noise" * 1000))
    assert len(decoder._buffer) < 100_000
    assert decoder.dropped > 4_000_000
    assert list(decoder.feed(frame(b"next"))) == [b"next"]
