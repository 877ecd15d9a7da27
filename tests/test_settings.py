"""One schema for all settings: what is wrong is said once, with the name of the key."""

import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Settings, SettingsError, load, parse


def test_the_defaults_are_the_fixed_points() -> None:
    settings = load(None, {})
    assert settings == Settings()
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8780)
    assert settings.unit.port == 8771
    assert settings.laptop.port == 8770


def test_a_file_and_the_environment_override(tmp_path: Path) -> None:
    path = tmp_path / "klasgenoot.toml"
    path.write_text('[server]\nport = 9000\nhost = "::1"\n')
    settings = load(path, {"KLASGENOOT_SERVER_PORT": "9001", "OTHER": "x"})
    assert (settings.server.port, settings.server.host) == (9001, "::1")
    settings = load(None, {"KLASGENOOT_QUESTION_ESCALATE_AFTER_S": "7.5"})
    assert settings.question.escalate_after_s == 7.5


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"sever": {}}, ["[sever]", "did you mean server"]),
        ({"server": {"prot": 1}}, ["server.prot", "did you mean port"]),
        ({"ptz": {"deadman_s": 1}}, ["ptz.deadman_s", "did you mean deadman_ms"]),
        ({"server": {"xyzzy": 1}}, ["server.xyzzy", "known are"]),
        ({"server": {"port": 70_000}}, ["server.port", "65535"]),
        ({"server": {"port": "many"}}, ["server.port"]),
        ({"server": {"heartbeat_s": 0}}, ["server.heartbeat_s"]),
        ({"server": {"heartbeat_s": "nan"}}, ["server.heartbeat_s"]),
        ({"server": {"log_level": "loud"}}, ["server.log_level", "loud"]),
        ({"server": 5}, ["[server]", "table"]),
        ({"server": {"certificate_file": "x"}}, ["certificate_key_file"]),
        ({"ptz": {"baud": 1}}, ["ptz.baud"]),
        ({"camera": {"width_px": 641}}, ["width_px", "even"]),
        ({"video": {"min_kbps": 3000}}, ["min_kbps"]),
    ],
)
def test_a_wrong_setting_is_named(tables: dict[str, object], words: list[str]) -> None:
    with pytest.raises(SettingsError) as error:
        parse(tables)
    for word in words:
        assert word in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("KLASGENOOT_SERVER_PORT", "x", ["server.port"]),
        ("KLASGENOOT_SERVER", "x", ["server"]),
        ("KLASGENOOT_NONSENSE_PORT", "1", ["[nonsense]"]),
        ("KLASGENOOT_", "x", ["[]"]),
    ],
)
def test_a_wrong_environment_is_named(name: str, text: str, words: list[str]) -> None:
    with pytest.raises(SettingsError) as error:
        load(None, {name: text})
    for word in words:
        assert word in str(error.value)


@pytest.mark.parametrize("text", ["[server", "a = = 1", "\ufeff[server]", "server = 5\n"])
def test_a_file_that_is_no_settings(tmp_path: Path, text: str) -> None:
    path = tmp_path / "klasgenoot.toml"
    path.write_text(text)
    with pytest.raises(SettingsError):
        load(path, {"KLASGENOOT_SERVER_PORT": "1"})


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml"):
        load(tmp_path / "none.toml", {})
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"binary\.toml"):
        load(tmp_path / "binary.toml", {})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
SECTIONS = sorted(field.name for field in msgspec.structs.fields(Settings))
KEYS = sorted(
    {f.name for s in msgspec.structs.fields(Settings) for f in msgspec.structs.fields(s.type)}
)


@given(
    st.dictionaries(
        st.sampled_from(SECTIONS) | st.text(max_size=8),
        st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), JSON, max_size=3) | JSON,
        max_size=3,
    )
)
def test_anything_is_settings_or_a_settings_error(tables: dict[str, object]) -> None:
    try:
        settings = parse(tables)
    except SettingsError as error:
        assert str(error)
    else:
        assert settings.server.heartbeat_s > 0
        assert 0 <= settings.server.port <= 65_535


def test_the_shipped_sample_names_every_setting_with_its_default() -> None:
    sample = Path(__file__).parent.parent / "config" / "sample.toml"
    assert load(sample, environment={}) == Settings()
    tables = tomllib.loads(sample.read_text())
    for section in msgspec.structs.fields(Settings):
        keys = {field.name for field in msgspec.structs.fields(section.type)}
        assert set(tables[section.name]) == keys


@pytest.mark.parametrize("text", ["port = " + "9" * 5_000, "port = " + "[" * 5_000])
def test_a_file_that_python_s_own_reader_stumbles_over(tmp_path: Path, text: str) -> None:
    path = tmp_path / "klasgenoot.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=r"klasgenoot\.toml is not TOML"):
        load(path, {})
