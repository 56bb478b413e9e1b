"""The audit chain on a small disk of its own that is full, then has room again. Says what came of it, as one line of JSON.

unshare --mount ... python audit_cramped.py <folder on the small disk>
"""

import json
import sys
from pathlib import Path

from kiosk.store.audit import Sound
from kiosk.store.auditfile import AuditUnwritable
from tests.kiosk.store.audited import entry, opened
from tests.kiosk.store.cramped import fill


def main() -> None:
    folder = Path(sys.argv[1])
    told: dict[str, object] = {}
    chain = opened(folder)
    key, written, refused = chain.escrow(), chain.head(), 0
    while written.length < 2000 and not refused:
        if written.length == 5:
            told["filled"] = fill(folder)
        try:
            written = chain.append([entry(written.length)])
        except AuditUnwritable:
            refused += 1
    told["refused"] = refused
    told["as it was"] = chain.head() == written
    chain.close_file()
    (folder / "ballast").unlink()
    chain = opened(folder)
    said = chain.verify(key)
    told["sound"] = isinstance(said, Sound) and said.last == written.length
    told["goes on"] = chain.append([entry(0)]).length == written.length + 1
    chain.close_file()
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
