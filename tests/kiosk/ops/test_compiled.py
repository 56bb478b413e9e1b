"""Methods of dataclasses, compiled once and kept."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from kiosk.ops.compiled import Methods

METHOD = "def make():\n def double(self): return 2 * self\n return double"
PROGRAM = """
import sys
from kiosk.ops import compiled
compiled.begin()
import dataclasses
@dataclasses.dataclass(frozen=True, slots=True)
class Card:
    {fields}
    number: int = 7
    def __post_init__(self): self.number + 1
try:
    Card().number = 8
    print("not frozen")
except dataclasses.FrozenInstanceError:
    print(Card(), Card() == Card(), hash(Card()) == hash(Card()), compiled.keep(), "exec" in vars(dataclasses))
"""


def ran(methods: Methods, text: str = METHOD) -> Any:
    found: dict[str, Any] = {}
    methods.run(text, {}, found)
    return found["make"]()(21)


def test_a_method_is_compiled_once_and_then_read(tmp_path: Path) -> None:
    file = str(tmp_path / "cache" / "x.methods")
    first = Methods(file)
    assert (ran(first), ran(first), first.new) == (42, 42, 1)
    first.keep()
    second = Methods(file)
    assert (second.read, ran(second), second.new) == (1, 42, 0)


def test_a_changed_text_is_compiled_anew(tmp_path: Path) -> None:
    file = str(tmp_path / "x.methods")
    first = Methods(file)
    ran(first)
    first.keep()
    second = Methods(file)
    assert (ran(second, METHOD.replace("2 *", "3 *")), second.new) == (63, 1)


def test_a_file_that_is_no_such_file_is_no_file(tmp_path: Path) -> None:
    file = tmp_path / "x.methods"
    first = Methods(str(file))
    ran(first)
    first.keep()
    whole = file.read_bytes()
    for content in (
        b"",
        whole[:3],
        whole[:-1],
        b"\0" * 4 + whole[4:],
        whole[:4] + b"i\1\0\0\0",
        whole[:4] + b"\xff\xff",
    ):
        file.write_bytes(content)
        methods = Methods(str(file))
        assert (methods.read, ran(methods)) == (0, 42)


def test_a_folder_that_cannot_be_written_to_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    methods = Methods(str(tmp_path / "file" / "x.methods"))
    assert ran(methods) == 42
    methods.keep()
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_dataclasses_are_the_same_from_the_file(tmp_path: Path) -> None:
    def told(fields: str = "") -> str:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env["PYTHONPYCACHEPREFIX"] = str(tmp_path)
        program = [sys.executable, "-c", PROGRAM.format(fields=fields)]
        return subprocess.run(program, capture_output=True, text=True, check=True, env=env, timeout=60).stdout.strip()

    methods = 7  # __init__, __repr__, __eq__, __hash__, __setattr__, __delattr__ and slots' own
    first = told()
    assert first.startswith("Card(number=7) True True ")
    assert first.endswith(" False")
    assert int(first.split()[3]) in (methods - 1, methods)
    assert told() == "Card(number=7) True True 0 False"
    changed = told("name: str = 'x'").split()
    assert changed[:2] == ["Card(name='x',", "number=7)"]
    assert int(changed[4]) > 0
