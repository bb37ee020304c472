import sys

import child

MEGABYTE = 10**6


def python(tmp_path, program, limit=60):
    return child.run([sys.executable, "-c", program], {"GIVEN": "yes"}, tmp_path, limit)


def test_code_output_and_time_are_those_of_the_program(tmp_path):
    done = python(tmp_path, "import sys, time; time.sleep(0.3); print('out'); sys.exit('last')")
    assert (done.code, done.stdout) == (1, "out\n")
    assert 0.3 <= done.seconds < 30
    assert done.last_words == "out"


def test_memory_is_that_of_all_processes_and_nothing_of_the_callers(tmp_path):
    held = bytearray(200 * MEGABYTE)
    hold = f"import time; x = bytearray({60 * MEGABYTE}); time.sleep(1)"
    alone = python(tmp_path, hold).megabytes
    two = f"import subprocess, sys; {hold.replace('time.sleep(1)', '')}"
    two += f"subprocess.run([sys.executable, '-c', {hold!r}])"
    both = python(tmp_path, two).megabytes
    assert len(held) > 0
    assert 60 < alone < 120
    assert 120 < both < 200 + 40


def test_nothing_of_the_callers_aws_settings_reaches_a_program(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    names = python(tmp_path, "import os; print(*os.environ)").stdout.split()
    assert "AWS_PROFILE" not in names
    assert "GIVEN" in names


def test_a_program_that_never_ends_is_ended(tmp_path):
    assert python(tmp_path, "import time; time.sleep(60)", limit=0.5).code < 0
