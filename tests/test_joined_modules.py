"""A page's modules as one: each in its own scope, once, in order; later parts share them."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from signaling.joined_modules import JoinError, join

MODULES = {
    "/home.js": """\
import { count, name as called } from '/a.js';
import {
  Box,
} from '/gedeeld/b.js';

const name = 'home';
count();
log(`${name} ${called} ${new Box().held}`);
await_later(() => import('/later.js'));
""",
    "/a.js": """\
let counted = 0;
export const name = 'a';
export async function slow() {}
export function count() {
  counted += 1;
  log(`a ${counted}`);
}
""",
    "/gedeeld/b.js": """\
import { count } from '/a.js';
const name = 'b'; // its own: the others have one too
export class Box {
  held = name;
}
count();
""",
    "/later.js": """\
import { count } from '/a.js';
import { more } from '/more.js';
export const told = () => { count(); more(); };
""",
    "/more.js": "export function more() { log('more'); }\n",
}


def reader(modules: dict[str, str]) -> Callable[[str], str]:
    return lambda name: modules[name]


def test_each_module_runs_once_in_order_and_a_later_part_shares_them(tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node is not None
    head = "const { log, await_later } = globalThis;\n"
    home = join("/home.js", reader(MODULES))
    part = join("/later.js", reader(MODULES), "/home.js")
    assert "import('/later.js?joined=/home.js')" in home
    assert "/more.js" in part
    assert "counted" not in part  # the page has it already
    home = home.replace("/later.js?joined=/home.js", "./later.mjs")
    part = part.replace("/home.js?joined", "./home.mjs")
    (tmp_path / "home.mjs").write_text(head + home)
    (tmp_path / "later.mjs").write_text(head + part)
    (tmp_path / "run.mjs").write_text(
        "const said = []; let later; globalThis.log = (words) => said.push(words);\n"
        "globalThis.await_later = (how) => { later = how; };\n"
        "await import('./home.mjs'); (await later()).told();\n"
        "console.log(JSON.stringify(said));\n"
    )
    done = subprocess.run(
        [node, tmp_path / "run.mjs"], capture_output=True, text=True, check=True, timeout=30
    )
    assert json.loads(done.stdout) == ["a 1", "a 2", "home a b", "a 3", "more"]


@pytest.mark.parametrize(
    "modules",
    [
        {"/home.js": "import { a } from '/a.js';\n", "/a.js": "import { b } from '/home.js';\n"},
        {"/home.js": "export default 3;\n"},
        {"/home.js": "export let changing = 3;\n"},
        {"/home.js": "import * as all from '/a.js';\n", "/a.js": ""},
        {"/home.js": "import '/a.js';\n", "/a.js": ""},
        {"/home.js": "import { a } from '/a.js'\n", "/a.js": ""},
        {"/home.js": "export const { a, b } = {};\n"},
    ],
)
def test_what_cannot_be_joined_is_said(modules: dict[str, str]) -> None:
    with pytest.raises(JoinError):
        join("/home.js", reader(modules))
