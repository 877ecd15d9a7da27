"""Area `set`, scenario `install`: the whole install script on a bare Debian.

Once, twice, interrupted at each step as by a power cut and run again, and taken away. Every end
state is compared with that of the run that nobody disturbed: paths, modes, owners, contents.
Takes about ten minutes, most of it Debian's packages; downloads them with apt.
"""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from rich.console import Console

from bench import set_boot, set_trees
from bench.results import Bound, Results

BOUNDS = (
    Bound("set", "install", "same_state_pct", False, 100),
    Bound("set", "install", "leftovers", True, 0),
    *set_boot.BOUNDS,
)
_INSTALL = Path(__file__).parent.parent / "config" / "install"
_MOST_S = 900.0
_INTO_PACKAGES_S = 15.0  # in the middle of dpkg's work
_console = Console(stderr=True)


def measure(results: Results) -> None:
    try:
        bare = set_trees.bare()
    except (set_trees.TreeError, FileNotFoundError) as error:
        _console.print(f"install: not measured, {error}")
        return
    with tempfile.TemporaryDirectory(dir=set_trees.CACHE) as name:
        wheels = Path(name) / "wheels"
        _checked([str(_INSTALL / "wheels.sh"), str(wheels)])
        started = time.monotonic()
        packages = _cut_off(wheels, 2, Path(name) / "packages", bare)
        program = _cut_off(wheels, 4, Path(name) / "program", packages, bare)
        layers = {1: (bare,), 2: (packages, bare), 3: (packages, bare)}
        _play(results, wheels, layers, (program, packages, bare))
        results.add("set", "install", "klasgenoot", whole_run_s=time.monotonic() - started)


def _cut_off(wheels: Path, step: int, kept: Path, *lower: Path) -> Path:
    """What a run leaves that is interrupted when `step` begins, to go on from."""
    with set_trees.layered(*lower) as (tree, upper):
        _run(tree, wheels, cut_at=step)
        _checked(["cp", "--archive", str(upper), str(kept)])  # with its marks of removal
    return kept


def _play(
    results: Results, wheels: Path, layers: dict[int, tuple[Path, ...]], late: tuple[Path, ...]
) -> None:
    """`layers` are the trees to interrupt the early steps in, `late` that for the later ones."""
    same: list[bool] = []

    def count(name: str, tree: Path) -> None:
        same.append(_is_same(name, whole, set_trees.state_of(tree)))
        results.add(
            "set",
            "install",
            "klasgenoot",
            same_state_pct=100.0 * sum(same) / len(same),
            runs_compared=len(same),
        )

    with set_trees.layered(*late) as (tree, _):
        steps = _run(tree, wheels)
        whole = set_trees.state_of(tree)
        _run(tree, wheels)
        count("twice", tree)
        with tempfile.TemporaryDirectory() as name:
            set_boot.measure_tree(results, tree, Path(name) / "log")
    with set_trees.layered(*late) as (tree, _):
        _run(tree, wheels)
        _run(tree, None, "--uninstall", "--keys", "remove")
        left = set(set_trees.state_of(tree)) - set(set_trees.state_of(late[-1]))
    # What Debian's own packages leave when they go, though nothing of ours was ever there.
    with set_trees.layered(*layers[2]) as (tree, _):
        _run(tree, None, "--uninstall", "--keys", "remove")
        of_debian = set(set_trees.state_of(tree)) - set(set_trees.state_of(late[-1]))
    _console.print(f"leftovers: {sorted(left - of_debian)[:40]}")
    results.add(
        "set",
        "install",
        "klasgenoot",
        leftovers=len(left - of_debian),
        left_by_debian=len(of_debian),
        steps=steps,
    )
    for step in range(steps, 0, -1):
        with set_trees.layered(*layers.get(step, late)) as (tree, _):
            _run(tree, wheels, cut_at=step, after_s=_INTO_PACKAGES_S if step == 1 else 0.3)
            _run(tree, wheels)
            count(f"cut at step {step}", tree)


def _is_same(name: str, wanted: set_trees.State, got: set_trees.State) -> bool:
    wrong = [path for path in {*wanted, *got} if wanted.get(path) != got.get(path)]
    _console.print(f"{name}: {'same' if not wrong else sorted(wrong)[:12]}")
    return not wrong


def _run(
    tree: Path, wheels: Path | None, *options: str, cut_at: int = 0, after_s: float = 0.0
) -> int:
    """Run the script; with `cut_at`, everything dies `after_s` after that step began.

    The number of steps.
    """
    command = ["unshare", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"]
    command += [str(_INSTALL / "klasgenoot.sh"), "--root", str(tree), *options]
    command += ["--wheels", str(wheels)] if wheels else []
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as process:
        assert process.stdout
        steps = 0
        for line in process.stdout:
            if line.startswith("["):
                steps = int(line[1:].partition("]")[0].partition("/")[2])
            if cut_at and line.startswith(f"[{cut_at}/"):
                time.sleep(after_s)
                process.kill()
                break
        else:
            if process.wait(_MOST_S) != 0:
                raise RuntimeError(f"the script ended with {process.returncode}")
    return steps


def _checked(command: list[str]) -> None:
    subprocess.run(command, check=True, timeout=_MOST_S, stdout=subprocess.DEVNULL)
