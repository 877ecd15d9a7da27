"""A recorder, planted on purpose: tries to keep a picture in every way that it knows.

`python -m klasgenoot.proof.attempts locked|free FOLDER…` locks itself up as the agent does, or
not, and prints a line of JSON for each attempt: how, where, and how many bytes it could keep.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from klasgenoot.no_recording import forbid

PICTURE = bytes(range(256)) * 4096  # a megabyte, as a second of the class would be


def _write(folder: Path) -> int:
    path = folder / "klasgenoot-proef-a"
    with path.open("wb", buffering=0) as file:
        return _kept(path, file.write(PICTURE))


def _slowly(folder: Path) -> int:
    """A byte at a time, into a file of one byte."""
    path = folder / "klasgenoot-proef-b"
    with path.open("ab", buffering=0) as file:
        return _kept(path, sum(file.write(PICTURE[i : i + 1]) for i in range(64)))


def _append(folder: Path) -> int:
    """Into a file that was there before the lock; `prepare` made it."""
    path = folder / "klasgenoot-proef-c"
    with path.open("ab", buffering=0) as file:
        file.write(PICTURE)
    return path.stat().st_size - len(_BEFORE)


def _map(folder: Path) -> int:
    import mmap

    path = folder / "klasgenoot-proef-d"
    with path.open("w+b") as file:
        file.truncate(len(PICTURE))
        with mmap.mmap(file.fileno(), len(PICTURE)) as view:
            view[:] = PICTURE
    return _kept(path, path.stat().st_size)


def _nameless(folder: Path) -> int:
    file = os.open(folder, os.O_RDWR | os.O_TMPFILE, 0o600)
    try:
        return os.write(file, PICTURE)
    finally:
        os.close(file)


def _temporary(folder: Path) -> int:
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        return file.write(PICTURE) or 0


def _child(folder: Path) -> int:
    """Another program does it."""
    path = folder / "klasgenoot-proef-e"
    command = 'head -c 1000000 /dev/zero > "$0"'
    shell = ["/bin/sh", "-c", command, str(path)]
    subprocess.run(shell, stderr=subprocess.DEVNULL, check=False)  # noqa: S603 - as above
    return _kept(path, path.stat().st_size if path.exists() else 0)


def _film(folder: Path) -> int:
    import av
    import numpy as np

    path = folder / "klasgenoot-proef.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for n in range(30):
            noise = np.full((180, 320, 3), 8 * n, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(noise, "rgb24")))
        out.mux(stream.encode(None))
    return _kept(path, path.stat().st_size)


def _photo(folder: Path) -> int:
    import cv2
    import numpy as np

    path = folder / "klasgenoot-proef.png"
    cv2.imwrite(str(path), np.frombuffer(PICTURE, np.uint8).reshape(1024, 1024))
    return _kept(path, path.stat().st_size if path.exists() else 0)


def _in_memory(_: Path) -> int:
    file = os.memfd_create("klasgenoot-proef")
    try:
        return os.write(file, PICTURE)
    finally:
        os.close(file)


def _shared_memory(_: Path) -> int:
    from multiprocessing.shared_memory import SharedMemory

    memory = SharedMemory(create=True, size=len(PICTURE))
    memory.close()
    memory.unlink()
    return len(PICTURE)


def _core(_: Path) -> int:
    """A crash on purpose would leave the memory on the disk."""
    import resource

    return resource.getrlimit(resource.RLIMIT_CORE)[0]


IN_FOLDERS: dict[str, Callable[[Path], int]] = {
    "write": _write,
    "slowly": _slowly,
    "append": _append,
    "map": _map,
    "nameless": _nameless,
    "temporary": _temporary,
    "child": _child,
    "film": _film,
    "photo": _photo,
}
ANYWHERE: dict[str, Callable[[Path], int]] = {
    "in_memory": _in_memory,
    "shared_memory": _shared_memory,
    "core": _core,
}
_BEFORE = b"before"


def attempts(folders: list[Path]) -> Iterator[dict[str, object]]:
    for folder in folders:
        for name, attempt in IN_FOLDERS.items():
            yield _tried(name, attempt, folder)
    for name, attempt in ANYWHERE.items():
        yield _tried(name, attempt, Path())


def _tried(name: str, attempt: Callable[[Path], int], folder: Path) -> dict[str, object]:
    try:
        return {"how": name, "where": str(folder), "kept": attempt(folder), "why": ""}
    except Exception as error:  # a recorder of any kind fails in any way
        return {"how": name, "where": str(folder), "kept": 0, "why": type(error).__name__}


def _kept(path: Path, size: int | None) -> int:
    kept = max(size or 0, path.stat().st_size if path.exists() else 0)
    path.unlink(missing_ok=True)
    return kept


def main() -> None:
    mode, *names = sys.argv[1:]
    folders = [Path(name) for name in names]
    for folder in folders:
        (folder / "klasgenoot-proef-c").write_bytes(_BEFORE)
    if mode == "locked":
        forbid()
    for found in attempts(folders):
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
