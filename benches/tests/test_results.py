from results import HEAD, Report, Start
from trial import Outcome


def outcome(tool, code, **changed):
    values = {
        "scenario": "good",
        "tool": tool,
        "code": code,
        "codes": {str(code): 1},
        "right": 1,
        "services": 1,
        "serves": {"2": 1},
        "seconds": 80.0,
        "lag": 1.0,
        "calls": 30,
        "throttled": 0,
        "operations": {},
        "megabytes": 12.0,
        "updated": True,
        "should_update": True,
        "last_words": "",
    }
    return Outcome(**values | changed)


def rows(outcomes, tools, missing=None, unable=()):
    report = Report(
        command="benches/peers/run",
        date="2026-11-26",
        repeat=3,
        speed=1,
        scenarios={"good": "good"},
        tools=tools,
        missing=missing or {},
        starts=[Start(tool, "1", [0.005]) for tool in tools],
        outcomes=outcomes,
        unable=set(unable),
        troubles=["good, two: the preparation ended with 21"],
    )
    text = report.markdown()
    found = [line for line in text.splitlines() if line.startswith("| good")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in found]
    return [dict(zip(HEAD, line, strict=True)) for line in cells], text


def test_the_median_is_shown_and_what_differs_is_counted():
    runs = [
        outcome("one", 0, seconds=80),
        outcome("one", 0, seconds=90),
        outcome("one", 1, seconds=300, right=0, lag=None),
    ]
    [row], _ = rows(runs, ["one"])
    assert row["exit code"] == "0 (2x); 1 (1x)"
    assert row["true"] == "FALSE 1 of 3 times"
    assert (row["time, s"], row["lag, s"]) == ("90", "1.0")


def test_a_tool_that_is_always_wrong_or_has_no_such_command_keeps_its_row():
    unable = [("good", "two")]
    found, _ = rows([outcome("one", 0, right=0)], ["one", "two", "three"], unable=unable)
    assert [row["tool"] for row in found] == ["one", "two", "three"]
    assert found[0]["true"] == "FALSE"
    assert found[1]["exit code"] == "no such command"
    assert found[2]["exit code"] == "not measured"


def test_what_could_not_be_had_or_measured_is_named_with_the_reason():
    _, text = rows([outcome("one", 0)], ["one"], {"two": "go was not found"})
    assert "**No row of two**: go was not found" in text
    assert "**Not measured**: good, two: the preparation ended with 21" in text


def test_of_many_services_it_is_said_how_many_were_told_right():
    codes, serves = {"0": 28, "1": 72}, {"1": 72, "2": 28}
    told = outcome("one", 0, codes=codes, serves=serves, right=100, services=100)
    [row], _ = rows([told], ["one"])
    assert row["exit code"] == "0 on 28, 1 on 72"
    assert row["true"] == "100 of 100"
    assert row["serves then"] == "1 on 72, 2 on 28"


def test_tasks_replaced_for_nothing_and_an_update_never_sent_are_named():
    runs = [outcome("one", 0, should_update=False), outcome("two", 1, updated=False)]
    found, _ = rows(runs, ["one", "two"])
    assert [row["exit code"] for row in found] == ["0, replaces tasks", "1, updates nothing"]
