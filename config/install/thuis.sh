#!/bin/sh
# Puts the laptop's half of the Klasgenoot on a Linux laptop, for the user who runs it. Run it as
# often as you like: what is done is skipped, what was interrupted is finished.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=stappen.sh
. "$here/stappen.sh"

home=${HOME:?}
share=${XDG_DATA_HOME:-$home/.local/share}
configuration=${XDG_CONFIG_HOME:-$home/.config}
record=$share/klasgenoot-install
program=$share/klasgenoot
settings=$configuration/klasgenoot/thuis.toml
wheels=
server=
keep_keys=ask
uninstall=

usage() {
    cat <<'T'
thuis.sh [opties]       installeert de laptop van de leerling (als de gebruiker zelf, niet als root)
  --server ADRES    adres van de server, wss://…
  --wheels MAP      pakketten uit deze map, zonder internet (zie wheels.sh)
  --dry-run         alleen laten zien wat er moet gebeuren
  --uninstall       alles weghalen; vraagt wat er met de sleutels moet
  --keys keep|remove  bij --uninstall: niet vragen
T
}

steps() {
    cat <<'T'
packages|Chromium en Python
program|Programma
settings|Instellingen
person|Wazige kamer
menu|Knop in het menu
T
}

# Packages belong to the laptop: they stay when the program goes.
packages_done() { "$here/packages.sh" --check chromium venv libjs-pdf; }
packages_do() { "$here/packages.sh" chromium venv libjs-pdf || later "Pakketten van Debian: zie hierboven"; }
packages_undo() { :; }

version_wanted() {
    if [ -n "$wheels" ]; then
        sha256sum "$wheels/SHA256SUMS" | cut -c 1-64
    else
        echo "bron $(sed -n 's/^version = "\(.*\)"/\1/p' "$here/../../pyproject.toml")"
    fi
}

program_done() { [ "$(cat "$program/current/versie" 2>/dev/null)" = "$(version_wanted)" ]; }

program_do() {
    slot=a
    [ "$(readlink "$program/current" || true)" != a ] || slot=b
    folder "$program" && rm -rf "${program:?}/$slot" || return
    if [ -n "$wheels" ]; then
        (cd "$wheels" && sha256sum --quiet --strict -c SHA256SUMS) ||
            { say "De map met pakketten is beschadigd. Neem een nieuwe kopie."; return 1; }
        set -- --no-index --find-links "$wheels" klasgenoot
    else
        set -- "$here/../..[keyring]"
    fi
    if python3 -m venv "$program/$slot" &&
        "$program/$slot/bin/python" -m pip install --quiet --no-cache-dir \
            --disable-pip-version-check "$@"; then
        version_wanted > "$program/$slot/versie" && put_link "$slot" "$program/current"
    else
        rm -rf "${program:?}/$slot"
        later "Programma: geen internet. Neem een map met pakketten mee (--wheels, zie wheels.sh)"
    fi
}

program_undo() {
    rm -rf "$program/a" "$program/b"
    rm -f "$program/current" "$program/current.nieuw"
}

settings_done() { [ -f "$settings" ]; }

settings_do() {
    made=$(mktemp) || return
    {
        echo "# Instellingen van deze laptop. Alles wat hier mag staan: config/sample.toml."
        echo "[laptop]"
        echo "state_dir = \"$share/klasgenoot-sleutels\""
        if [ -n "$server" ]; then
            printf '\n[link]\nserver_url = "%s"\n' "$server"
        fi
    } > "$made"
    put_file "$made" "$settings" 600 && rm -f "$made"
}

settings_undo() {
    rm -f "$settings" "$settings.nieuw"
    [ -d "$share/klasgenoot-sleutels" ] || return 0
    if [ "$keep_keys" = ask ]; then
        printf 'De sleutel en de koppeling van deze laptop ook wissen? [j/N] '
        read -r answer || answer=
        case $answer in [jJyY]*) keep_keys=remove ;; *) keep_keys=keep ;; esac
    fi
    if [ "$keep_keys" = remove ]; then
        rm -rf "$share/klasgenoot-sleutels"
    else
        say "De sleutels blijven staan in $share/klasgenoot-sleutels"
    fi
}

# The weights that find the person in a picture; without them an oval stays sharp. They are in a package of 36 MB, or as a
# file of 250 kB in the folder that wheels.sh made.
person_done() { [ -f "$share/klasgenoot-sleutels/person.tflite" ]; }

person_do() {
    [ -x "$program/current/bin/thuis" ] || { later "Wazige kamer: eerst het programma"; return 0; }
    taken=$(mktemp -d) || return
    if [ -n "$wheels" ]; then
        [ ! -f "$wheels/person.tflite" ] || cp "$wheels/person.tflite" "$taken/"
    else
        "$program/current/bin/python" -m pip download --quiet --no-cache-dir --disable-pip-version-check --no-deps \
            --only-binary :all: --python-version 3.11 --platform manylinux2014_x86_64 --dest "$taken" mediapipe==0.10.14 || true
    fi
    found=$(find "$taken" -type f | head -n 1)
    if [ -z "$found" ] || ! "$program/current/bin/thuis" model --settings "$settings" "$found"; then
        later "Wazige kamer: het model was er niet. Zonder model blijft een ovaal scherp (thuis model)"
    fi
    rm -rf "$taken"
}

person_undo() { rm -f "$share/klasgenoot-sleutels/person.tflite"; }

entry=$share/applications/klasgenoot-thuis.desktop

entry_text() {
    cat <<T
[Desktop Entry]
Type=Application
Name=Naar de klas
Comment=Beeld en geluid van je klas
Exec=$program/current/bin/thuis run --window --settings $settings
Icon=camera-web
Terminal=false
Categories=Education;
T
}

menu_done() { entry_text | cmp -s - "$entry"; }

menu_do() {
    made=$(mktemp) || return
    entry_text > "$made"
    put_file "$made" "$entry" 644 && rm -f "$made"
}

menu_undo() { rm -f "$entry" "$entry.nieuw"; }

while [ $# -gt 0 ]; do
    case $1 in
        --wheels) wheels=$(cd "$2" && pwd) || stop "map $2 is er niet"; shift ;;
        --server) server=$2; shift ;;
        --keys) keep_keys=$2; shift ;;
        --dry-run) dry_run=yes ;;
        --uninstall) uninstall=yes ;;
        --help | -h) usage; exit 0 ;;
        *) usage >&2; stop "onbekende optie $1" ;;
    esac
    shift
done
case $keep_keys in ask | keep | remove) ;; *) stop "--keys is keep of remove" ;; esac
[ -z "$wheels" ] || [ -f "$wheels/SHA256SUMS" ] || stop "in $wheels staat geen SHA256SUMS: maak de map met wheels.sh"

if [ -n "$uninstall" ]; then
    uninstall_steps
    say "De Klasgenoot is van deze laptop gehaald."
    exit 0
fi
install_steps
[ -z "$dry_run" ] || exit 0
told_at_the_end
say ""
say "Klaar. In het menu staat ‘Naar de klas’. Koppelen met de set: $program/current/bin/thuis pair CODE"
