"""Who is measured when, what counts as alike, and which budgets are missed."""

import pytest

from benchmarks import in_process, load, report, results, scale, shapes
from benchmarks.in_process import Effort, Measurement
from benchmarks.messages import Answer, Request, difference, parse_body
from benchmarks.over_http import Rate
from benchmarks.peer import BY_NAME

HELLO = shapes.BY_KEY["hello"]


class Member:
    """Stands for a worker: says what it is told to, and notes what it was asked."""

    def __init__(self, name, log, start):
        self.peer = BY_NAME[name]
        self.log = log
        self.start = start

    def ask(self, **order):
        self.log.append((self.peer.name, order["do"]))
        return self.start if order["do"] == "start" else {"microseconds": 2.0, "count": 1}

    def stop(self):
        self.log.append((self.peer.name, "stop"))


def test_peers_take_turns_and_the_order_turns_too():
    log = []
    crew = [Member(name, log, {"supported": True}) for name in ("dovetail", "fastapi", "raw")]
    found = in_process.measure(crew, HELLO, Effort(rounds=3, seconds=0.1))
    assert [name for name, what in log if what == "measure"] == [
        *("dovetail", "fastapi", "raw"),
        *("fastapi", "raw", "dovetail"),
        *("raw", "dovetail", "fastapi"),
    ]
    assert [one.values for one in found] == [[2.0] * 3] * 3


def test_who_answers_wrong_is_not_measured_and_who_cannot_is_left_out():
    log = []
    crew = [
        Member("dovetail", log, {"supported": True}),
        Member("fastapi", log, {"wrong": "status 500 instead of 200"}),
        Member("falcon", log, {"supported": False}),
    ]
    found = {one.peer: one for one in in_process.measure(crew, HELLO, Effort(2, 0.1))}
    assert found.keys() == {"dovetail", "fastapi"}
    assert found["fastapi"].wrong == "status 500 instead of 200"
    assert not found["fastapi"].values
    assert {name for name, what in log if what == "stop"} == {"dovetail", "fastapi", "falcon"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Answer(500, {"a": 1}), "status 500 instead of 200"),
        (Answer(200, {"a": 1}, "text/plain"), "content type 'text/plain'"),
        (Answer(200, {"a": 1}, headers={"x-a": "2"}), "header x-a is '2' instead of '1'"),
        (Answer(200, {"a": 2}, headers={"x-a": "1"}), "body {'a': 2} instead of {'a': 1}"),
    ],
)
def test_a_difference_is_told(given, words):
    assert words in difference(Answer(200, {"a": 1}, headers={"x-a": "1"}), given)


def test_headers_that_are_not_expected_do_not_matter():
    assert difference(Answer(200, 1), Answer(200, 1, headers={"date": "today"})) is None


def test_events_are_compared_by_their_data():
    body = b'event: message\r\ndata: {"a":\r\ndata: 1}\r\n\r\ndata:2\n\n'
    assert parse_body("text/event-stream", body) == [{"a": 1}, 2]


def test_wrk_gets_method_headers_and_body(tmp_path):
    request = Request("/", "POST", headers=(("x-a", 'say "a"'),), body=b"b")
    script = load.Wrk().script(request, tmp_path / "body")
    assert 'wrk.method = "POST"' in script
    assert r'wrk.headers["x-a"] = "say \"a\""' in script
    assert f'wrk.body = io.open("{tmp_path}/body", "rb")' in script


def test_the_report_of_wrk_is_read():
    assert load.Wrk().read("Requests/sec:  16123.45\nTransfer/sec: 2MB").per_second == 16123.45


@pytest.mark.parametrize(
    "text", ["Requests/sec: 100.0\n  Non-2xx or 3xx responses: 7", "Requests/sec: 0.00", "unable"]
)
def test_a_load_without_good_answers_is_an_error(text):
    with pytest.raises(load.LoadError):
        load.Wrk().read(text)


def measured(**microseconds):
    return [
        Measurement(name, [value, value * 2, value * 2]) for name, value in microseconds.items()
    ]


def test_budgets_of_a_shape():
    within = measured(dovetail=2.0, fastapi=24.0, raw=1.0, falcon=1.95)
    assert results.missed_in_process("hello", within) == []
    beyond = results.missed_in_process(
        "hello", measured(dovetail=2.5, fastapi=25.0, raw=1.0, falcon=2.0)
    )
    assert [line.partition(":")[2].strip() for line in beyond] == [
        "10.0× FastAPI, aim 12×",
        "2.5× raw ASGI's time, aim 2×",
        "behind falcon (2.5 µs to 2.0 µs)",
    ]


def test_budgets_over_http():
    rates = [Rate("dovetail", [30.0]), Rate("fastapi", [10.0]), Rate("raw", [40.0])]
    rates.append(Rate("robyn", [31.0]))
    assert len(results.missed_over_http("hello", rates)) == 3
    rates[0].values = [36.0]
    assert results.missed_over_http("hello", rates) == []


def test_budgets_of_scale():
    base = {"import": 1.0, "define": 1.0, "memory": 1.0, "document": 1.0, "first": 1.0, "last": 9.0}
    good = {"import": 0.5, "define": 0.1, "memory": 0.5, "document": 0.3, "first": 1.0, "last": 1.1}
    figures: scale.Figures = {"fastapi": base, "dovetail": good}
    assert results.missed_scale(figures) == []
    figures["dovetail"] = {**good, "define": 0.2, "last": 1.3}
    assert len(results.missed_scale(figures)) == 2


def test_the_mean_is_geometric():
    found = {
        "hello": measured(dovetail=1.0, fastapi=2.0),
        "model": measured(dovetail=1.0, fastapi=8.0),
    }
    assert results.geometric_mean(found) == pytest.approx(4.0)


def test_the_page_shows_ratios_and_what_was_missed():
    found = results.Results(in_process={"hello": measured(dovetail=2.0, fastapi=22.0)})
    page = report.page(found, {"Processor": "one"}, {"falcon": "4"}, 0.3)
    assert "| 1. dict | 2.00 (4.00) | 22.0 (44.0) 11.0× |" in page
    assert "- dict: 11.0× FastAPI, aim 12×" in page
    assert "- Processor: one" in page
