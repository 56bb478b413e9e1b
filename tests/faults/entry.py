"""The kiosk in broken surroundings: `entry.py` of the journeys, after the shell lines of `HARDSHIP` have prepared them.

    Kiosk.start(world=world, entry=ENTRY, environment={"HARDSHIP": 'exec "$@" 2>&-'})

The lines end with `exec "$@"`, which becomes the kiosk in the same process. With `HARDSHIP_MOUNTS` they run in a mount namespace
of their own: what they mount nobody else sees, and it is gone with the kiosk. The test looks into it through `/proc/<pid>/root`.
"""

import os
import sys
from pathlib import Path

ENTRY = Path(__file__).resolve().parents[1] / "journeys" / "entry.py"


def main() -> None:
    lines = os.environ.pop("HARDSHIP")
    kiosk = [sys.executable, str(ENTRY), *sys.argv[1:]]
    argv = ["/bin/sh", "-ec", lines, "hardship", *kiosk]
    if os.environ.pop("HARDSHIP_MOUNTS", ""):
        # Who is not root is so in a user namespace, where the kernel lets them.
        argv = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "--", *argv]
    os.execvp(argv[0], argv)


if __name__ == "__main__":
    main()
