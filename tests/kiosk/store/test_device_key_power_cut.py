"""The power goes while the device key is made: none or the whole one, and the one that was used stays."""

import hashlib
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.store.device_key import DeviceKey, KeyFault, Label, NoKey, load
from tests.disk import Said, rebuild, record

KEY = Path("state", "kiosk", "device.key")
PROGRAM = """
import os, sys
from pathlib import Path
from tests.kiosk.store.test_device_key_power_cut import KEY, known, load
os.write(1, known(load(Path(sys.argv[1]) / KEY, {}, make=True)).encode() + b"\\n")
"""


def known(key: DeviceKey | NoKey) -> str:
    """Tells one key from another, and both from none."""
    if isinstance(key, NoKey):
        return key.fault.value
    return hashlib.sha256(key.derive(Label.FILE)).hexdigest()


@pytest.mark.fault("machine", "power cut while the device key is made", level="boundary")
def test_a_key_that_was_used_is_there_and_never_half_of_one(tmp_path: Path, fired: Callable[[object], None]) -> None:
    folder = tmp_path / "recorded"
    folder.mkdir()
    tape = record([sys.executable, "-c", PROGRAM, str(folder)], folder, tmp_path)
    assert (tape.code, tape.errors) == (0, "")
    took, found = 0, []
    for number in range(20 * (len(tape.calls) + 1)):
        calls = tape.calls[: number % (len(tape.calls) + 1)]
        left = tmp_path / f"cut-{number}"
        took += rebuild(calls, left, random.Random(number))
        used = [call.text for call in calls if isinstance(call, Said)]
        found.append(known(load(left / KEY, {})))
        assert found[-1] == used[0] if used else found[-1] == KeyFault.UNREADABLE or len(found[-1]) == 64
        again = known(load(left / KEY, {}, make=True))
        assert len(again) == 64, "a kiosk that starts after the cut has a key"
        assert used in ([], [again])
    assert KeyFault.UNREADABLE in found
    fired(took)
