"""The pieces of `make bench` work; what they measure is not looked at here."""

import json
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pysqlite3.dbapi2 as sqlite
import pytest

from core.config import ROOT
from tools.bench import __main__ as command
from tools.bench import load, raw, report
from tools.bench.figures import ALL, Effort, Figure, Sample, limit_figure, ratio_figure, ratios
from tools.bench.serving import Load
from tools.bench.signing_up import Kept, rush_figures


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        self.answer(b"something" * 40_000)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.seen.append((self.headers["Cookie"], body))
        self.answer(b"")

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def port() -> Any:
    Echo.seen.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def a_sample(cpu: float) -> Sample:
    return Sample(Load(3, {"200": 3}, [0.001, 0.002, 0.004], 0.5), cpu)


def test_clients_read_whole_answers_and_stop_when_told(port: int) -> None:
    done = load.run({"port": port, "path": "/", "clients": 2, "seconds": 20, "most": 3})

    assert done["answers"] == len(done["times"]) == 6
    assert done["statuses"] == {"200": 6}
    assert done["times"] == sorted(done["times"])


def test_every_ballot_has_its_own_key_and_differs_from_the_last(port: int) -> None:
    order = {"port": port, "path": "/", "clients": 2, "seconds": 20, "most": 2, "ballots": True}
    load.run({**order, "cookies": ["session=a", "session=b"], "items": [1, 2, 3, 4, 5], "origin": "x"})

    sent = [parse_qs(body) for _, body in Echo.seen]
    assert sorted(cookie for cookie, _ in Echo.seen) == ["session=a"] * 2 + ["session=b"] * 2
    assert len({fields["_key"][0] for fields in sent}) == 4
    for fields in sent:
        assert sum(int(fields[f"item-{item}"][0]) for item in (1, 2, 3, 4, 5)) == 3
    by_a = [body.split("&", 1)[1] for cookie, body in Echo.seen if cookie == "session=a"]
    assert by_a[0] != by_a[1]


class Moody(Echo):
    """Answers every form at its third coming only: first it hangs up, then it is busy."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.seen.append((self.headers["X-Forwarded-For"], body))
        times = [sent for _, sent in self.seen].count(body)
        if times == 1:
            self.close_connection = True
        elif times == 2:
            self.send_response(503)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.answer(b'<p class="vs-code" dir="ltr">CODE1</p>')


def test_people_send_the_same_form_again_until_they_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    Echo.seen.clear()
    monkeypatch.setattr(load, "PAUSE", 0.001)
    with ThreadingHTTPServer(("127.0.0.1", 0), Moody) as server:
        threading.Thread(target=server.serve_forever).start()
        order = {"port": server.server_address[1], "path": "/", "signups": True, "origin": "x", "clients": 2}
        done = load.run({**order, "groups": [7, 8], "seconds": 20, "total": 4, "waits": 2})
        server.shutdown()

    sent = [parse_qs(body, keep_blank_values=True) for _, body in Moody.seen]
    assert (len(sent), len({fields["_key"][0] for fields in sent})) == (12, 4)
    assert len({network for network, _ in Moody.seen}) == 4
    assert sorted(fields["full"][0] for fields in sent) == [""] * 6 + ["7,8"] * 6
    assert (done["answers"], done["statuses"]) == (4, {"200": 4})
    assert (done["codes"], done["waiting"]) == (["CODE1"] * 2, ["CODE1"] * 2)
    assert done["resent"] == {"503": 4, "ConnectionError": 4}


def test_whoever_is_never_answered_is_missing() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        order = {"port": nobody.getsockname()[1], "path": "/", "signups": True, "origin": "x", "clients": 1}
        done = load.run({**order, "groups": [7], "seconds": 0.4, "total": 2})

    assert (done["answers"], done["codes"]) == (0, [])
    assert done["resent"]["ConnectionRefusedError"] >= 1


A_RUSH = Kept(534, 534, seated=300, waiting=234, taken=300, known=534, seats_of_impatient=174)


@pytest.mark.parametrize(
    ("wrong", "kept"),
    [
        ({}, True),
        ({"known": 533}, False),
        ({"people": 533}, False),
        ({"registrations": 535}, False),
        ({"seated": 301}, False),
        ({"taken": 299}, False),
        ({"seats_of_impatient": 199}, False),
    ],
)
def test_the_rush_fails_for_one_lost_one_double_or_one_place_too_many(
    wrong: dict[str, int], kept: bool
) -> None:
    # Forty clients have sixteen people and twenty-four have fifteen: the first, fourth, … of each would wait.
    patient = 40 * 6 + 24 * 5
    told = Load(
        1_000,
        {"200": 534, "409": 466},
        [0.1],
        1.0,
        [f"c{n}" for n in range(534 - patient)],
        [f"w{n}" for n in range(patient)],
    )

    figure, _ = rush_figures(Sample(told, 1.0), replace(A_RUSH, **wrong))

    assert figure.kept is kept


def test_the_yardstick_commits_with_full_durability(tmp_path: Any) -> None:
    file = str(tmp_path / "raw.db")

    assert raw.commits_per_second(file, 0.05) > 0

    connection = sqlite.connect(file)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    ballots, points = (
        connection.execute(question).fetchone()[0]
        for question in ("SELECT count(*) FROM ballots", "SELECT points FROM tallies")
    )
    connection.close()
    assert ballots == points > 0


def test_a_program_that_holds_the_lock_says_so(tmp_path: Any) -> None:
    file = str(tmp_path / "locked.db")
    order = [sys.executable, "-m", "tools.bench.lock", file, "30"]
    with subprocess.Popen(order, cwd=ROOT, stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"locked\n"
            mine = sqlite.connect(file, isolation_level=None, timeout=0)
            with pytest.raises(sqlite.OperationalError, match="locked"):
                mine.execute("BEGIN IMMEDIATE")
            mine.close()
        finally:
            holder.kill()


def test_a_ratio_is_the_median_of_rounds_and_fails_only_beyond_the_slack() -> None:
    yardstick = [a_sample(1.0), a_sample(2.0), a_sample(1.0)]
    others = [a_sample(2.0), a_sample(4.0), a_sample(50.0)]

    assert ratios(yardstick, others) == 0.5
    verdicts = [ratio_figure("x", goal, 0.5, others) for goal in (0.5, 0.6, 0.7)]
    assert [(one.kept, one.known) for one in verdicts] == [
        (True, ""),
        (False, "within the slack"),
        (False, ""),
    ]


def test_a_limit_has_the_same_slack_and_says_when_it_was_needed() -> None:
    verdicts = [limit_figure("x", "≤ 5 s", "", seconds, 5) for seconds in (5.0, 5.1, 6.7)]
    assert [(one.kept, one.known) for one in verdicts] == [
        (True, ""),
        (False, "within the slack"),
        (False, ""),
    ]


def test_a_known_miss_stays_a_miss_and_must_not_get_worse() -> None:
    others = [a_sample(2.0)]
    same, worse, better = (
        ratio_figure("x", 0.7, seen, others, reached=(0.5, "decision 99")) for seen in (0.4, 0.3, 0.8)
    )

    assert (same.kept, worse.kept, better.kept) == (False, False, True)
    assert (same.known, worse.known, better.known) == ("decision 99", "", "")
    assert report.line(same).endswith("| **missed**, decision 99 |")
    assert report.line(worse).endswith("| **missed** |")


def test_quantiles_are_milliseconds() -> None:
    done = a_sample(1.0).load

    assert done.per_second == 6
    assert (done.quantile(0), done.quantile(0.5), done.quantile(1)) == (1, 2, 4)


def test_the_page_says_what_was_missed_and_names_no_machine() -> None:
    figures = [Figure("one", "≥ 1", "2", True), Figure("two", "≥ 1", "0", False), Figure("three", "–", "3")]

    text = report.page(figures, Effort(5, 1.0), "2 cores")

    assert "| one | ≥ 1 | 2 | ok |\n| two | ≥ 1 | 0 | **missed** |\n| three | – | 3 |  |\n" in text
    assert "5 rounds of 1 s" in text
    assert "75%" in text


def test_unknown_names_are_refused_with_the_known_ones(capsys: Any) -> None:
    with pytest.raises(SystemExit):
        command.main(["--only", "pages,nothing"])

    said = capsys.readouterr().err
    assert all(name in said for name in ALL)


def test_the_generator_speaks_json(port: int) -> None:
    order = json.dumps({"port": port, "path": "/", "clients": 1, "seconds": 20, "most": 1})
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench.load"],
        cwd=ROOT,
        input=order + "\n",
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout)["answers"] == 1
