#!/bin/sh
# Makes a Debian machine into a Klasgenoot: the set in class. Run it as root, as often as you like:
# what is done is skipped, what was interrupted is finished. `klasgenoot.sh --help` tells the rest.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=stappen.sh
. "$here/stappen.sh"

parts=$here/set
record=/var/lib/klasgenoot-install
program=/opt/klasgenoot
settings=/etc/klasgenoot/klasgenoot.toml
keys=/var/lib/klasgenoot
spare=/var/cache/klasgenoot-install
wheels=
keep_keys=ask
server=
room=
name=
files_only=       # only put files: for a tree in which no program can run
uninstall=
update_key=

usage() {
    cat <<'T'
klasgenoot.sh [opties]       installeert de Klasgenoot op deze computer (als root)
  --wheels MAP      pakketten uit deze map, zonder internet (zie wheels.sh)
  --server ADRES    adres van de server, wss://…
  --room LOKAAL     lokaal waar de set staat
  --name NAAM       nummer of naam van de set
  --update-key BESTAND  publieke sleutel van wie updates tekent (wheels.sh)
  --dry-run         alleen laten zien wat er moet gebeuren
  --root MAP        in een map installeren (voor een image), niet op deze computer
  --files-only      alleen bestanden plaatsen (bij --root)
  --uninstall       alles weghalen; vraagt wat er met de sleutels moet
  --keys keep|remove  bij --uninstall: niet vragen
T
}

# NAME|what the monteur reads, in the order in which they are done.
steps() {
    [ -n "$files_only" ] || cat <<'T'
packages|Pakketten van Debian
account|Gebruikers zonder inlog
program|Programma
T
    cat <<'T'
settings|Instellingen
names|Vaste namen voor camera, lamp en kabels
network|Netwerk: kabel gaat voor wifi, wifi voor 4G
system|Uitknop, logboek in het geheugen, geen swap
screen|Regels voor het scherm
units|Starten bij het aanzetten
T
    [ -n "$files_only" ] || cat <<'T'
devices|Camera, lamp en microfoon zoeken
start|Aanzetten
T
}

# STEP file SOURCE DESTINATION MODE, or STEP link TARGET DESTINATION -
files() {
    cat <<'T'
names   file udev.rules                  /etc/udev/rules.d/70-klasgenoot.rules 644
network file network.conf                /etc/NetworkManager/conf.d/50-klasgenoot.conf 644
system  file logind.conf                 /etc/systemd/logind.conf.d/klasgenoot.conf 644
system  file journald.conf               /etc/systemd/journald.conf.d/klasgenoot.conf 644
system  file coredump.conf               /etc/systemd/coredump.conf.d/klasgenoot.conf 644
system  file sysctl.conf                 /etc/sysctl.d/90-klasgenoot.conf 644
system  link /dev/null                   /etc/systemd/system/swap.target -
screen  file chromium.json               /etc/chromium/policies/managed/klasgenoot.json 644
units   file klasgenoot.service          /etc/systemd/system/klasgenoot.service 644
units   file klasgenoot-scherm.service   /etc/systemd/system/klasgenoot-scherm.service 644
units   file klasgenoot-update.service   /etc/systemd/system/klasgenoot-update.service 644
units   file klasgenoot-update.timer     /etc/systemd/system/klasgenoot-update.timer 644
units   file klasgenoot-shutdown.service /etc/systemd/system/klasgenoot-shutdown.service 644
units   file klasgenoot-shutdown.path    /etc/systemd/system/klasgenoot-shutdown.path 644
units   link /etc/systemd/system/klasgenoot.service        /etc/systemd/system/multi-user.target.wants/klasgenoot.service -
units   link /etc/systemd/system/klasgenoot-scherm.service /etc/systemd/system/multi-user.target.wants/klasgenoot-scherm.service -
units   link /etc/systemd/system/klasgenoot-shutdown.path  /etc/systemd/system/multi-user.target.wants/klasgenoot-shutdown.path -
units   link /etc/systemd/system/klasgenoot-update.timer   /etc/systemd/system/timers.target.wants/klasgenoot-update.timer -
T
}

for step in names network system screen units; do
    eval "${step}_done() { files_done $step; }
          ${step}_do() { files_do $step; }
          ${step}_undo() { files_undo $step; }"
done

# --- packages of Debian ---------------------------------------------------------------------------

debian_packages="systemd systemd-sysv dbus udev libpam-systemd python3 python3-venv chromium cage \
pipewire-pulse wireplumber pulseaudio-utils network-manager modemmanager systemd-timesyncd \
alsa-utils fonts-dejavu-core ca-certificates libjs-pdf"

absent_packages() {
    for package in $debian_packages; do
        # shellcheck disable=SC2016  # dpkg's own format
        in_root dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' ||
            echo "$package"
    done
}

packages_done() { [ -z "$(absent_packages)" ]; }

packages_do() {
    mkdir -p "$root$record" && touch "$root$record/packages" || return
    # Written before it is done: an interrupted run must not take ours for those of the owner.
    # shellcheck disable=SC2016  # dpkg's own format
    in_root dpkg-query -W -f '${Package}\n' | sort > "$root$record/before.nieuw"
    [ -f "$root$record/before" ] || mv "$root$record/before.nieuw" "$root$record/before"
    rm -f "$root$record/before.nieuw"
    wanted=$(absent_packages | tr '\n' ' ')
    # shellcheck disable=SC2086  # several words on purpose
    if ! {
        in_root dpkg --configure -a && in_root apt-get -qq update &&
            in_root apt-get -qq install -y --no-install-recommends \
                -o APT::Keep-Downloaded-Packages=false $wanted
    } > "$root$record/pakketten.log" 2>&1; then
        later "Pakketten van Debian: geen internet of geen bron (zie $record/pakketten.log). Nodig: $wanted"
    fi
}

packages_undo() {
    [ -f "$root$record/before" ] || return 0
    # What came since, goes; what was there before, stays.
    # shellcheck disable=SC2016  # dpkg's own format
    ours=$(in_root dpkg-query -W -f '${Package}\n' | sort | comm -13 "$root$record/before" -)
    # shellcheck disable=SC2086  # several words on purpose
    [ -z "$ours" ] || in_root apt-get -qq purge -y $ours > /dev/null
}

# --- users ----------------------------------------------------------------------------------------

account_done() {
    grep -q '^klasgenoot:' "$root/etc/passwd" && grep -q '^klasgenoot-scherm:' "$root/etc/passwd"
}

account_do() {
    grep -q '^klasgenoot:' "$root/etc/passwd" ||
        in_root useradd --system --user-group --no-create-home --home-dir "$keys" \
            --shell /usr/sbin/nologin klasgenoot || return
    grep -q '^klasgenoot-scherm:' "$root/etc/passwd" ||
        in_root useradd --system --user-group --no-create-home --home-dir /nonexistent \
            --shell /usr/sbin/nologin klasgenoot-scherm
}

account_undo() {
    for user in klasgenoot-scherm klasgenoot; do
        ! grep -q "^$user:" "$root/etc/passwd" || in_root userdel "$user" || true
        ! grep -q "^$user:" "$root/etc/group" || in_root groupdel "$user" || true
    done
}

# --- the program: two places, and a link to the one that is used ------------------------------------

version_wanted() {
    if [ -n "$wheels" ]; then
        sha256sum "$wheels/SHA256SUMS" | cut -c 1-64
    else
        echo "bron $(sed -n 's/^version = "\(.*\)"/\1/p' "$here/../../pyproject.toml")"
    fi
}

program_done() {
    [ "$(cat "$root$program/current/versie" 2>/dev/null)" = "$(version_wanted)" ] &&
        cmp -s "$parts/klasgenoot" "$root/usr/local/bin/klasgenoot"
}

program_do() {
    slot=a
    [ "$(readlink "$root$program/current" || true)" != a ] || slot=b
    folder "$program" && rm -rf "${root}${program:?}/$slot" "$root$spare" || return
    if ! in_root python3 -c 'import ensurepip, venv' 2>/dev/null; then
        later "Programma: python3-venv ontbreekt (pakket van Debian)"
        return
    fi
    if [ -n "$wheels" ]; then
        (cd "$wheels" && sha256sum --quiet --strict -c SHA256SUMS) ||
            { say "De map met pakketten is beschadigd. Neem een nieuwe kopie."; return 1; }
        what="--no-index --find-links $spare klasgenoot"
        source=$wheels
    else
        what="$spare"
        source=$here/../..
    fi
    mkdir -p "$root$spare" && copy_source || return
    # shellcheck disable=SC2086  # several words on purpose
    if in_root python3 -m venv "$program/$slot" &&
        in_root "$program/$slot/bin/python" -m pip install --quiet --no-cache-dir \
            --disable-pip-version-check --root-user-action=ignore $what; then
        rm -rf "$root$spare"
        version_wanted > "$root$program/$slot/versie" &&
            put_link "$slot" "$program/current" &&
            put_file "$parts/klasgenoot" /usr/local/bin/klasgenoot 755
    else
        rm -rf "$root$spare" "${root}${program:?}/$slot"
        later "Programma: geen internet. Neem een map met pakketten mee (--wheels, zie wheels.sh)"
    fi
}

copy_source() {
    if [ -n "$wheels" ]; then
        cp "$wheels"/*.whl "$root$spare"
    else
        for part in pyproject.toml README.md LICENSE config hardware klasgenoot signaling thuis_client; do
            cp -r "$source/$part" "$root$spare" || return
        done
    fi
}

program_undo() {
    rm -rf "$root$program/a" "$root$program/b" "$root$spare" "$root/var/lib/klasgenoot-updates"
    rm -f "$root$program/geweigerd"
    rm -f "$root$program/current" "$root$program/current.nieuw" "$root/usr/local/bin/klasgenoot" \
        "$root/usr/local/bin/klasgenoot.nieuw"
}

# --- settings, and the parts that are found ---------------------------------------------------------

update_pub=/etc/klasgenoot/update.pub

settings_done() {
    [ -f "$root$settings" ] && { [ -z "$update_key" ] || cmp -s "$update_key" "$root$update_pub"; }
}

settings_do() {
    [ -f "$root$settings" ] || put_file "$parts/klasgenoot.toml" "$settings" 644 || return
    [ -z "$update_key" ] || put_file "$update_key" "$update_pub" 644
}

settings_undo() {
    rm -f "$root$settings" "$root$settings.nieuw" "$root$update_pub" "$root$update_pub.nieuw"
}

devices_done() { [ -n "$root" ] || grep -q '^\[camera\]' "$settings" 2>/dev/null; }

devices_do() {
    [ -x "$program/current/bin/klasgenoot" ] || { later "Camera zoeken: eerst het programma"; return; }
    ! systemctl is-active -q klasgenoot 2>/dev/null || systemctl stop klasgenoot
    "$program/current/bin/klasgenoot" configure --settings "$settings" \
        ${server:+--server "$server"} ${room:+--room "$room"} ${name:+--name "$name"} ||
        later "Camera niet gevonden: sluit alles aan en geef daarna: sudo klasgenoot configure"
}

devices_undo() { rm -f "$root/etc/udev/rules.d/71-klasgenoot-ptz.rules"; }

# --- switching on -------------------------------------------------------------------------------------

started="klasgenoot.service klasgenoot-shutdown.path klasgenoot-update.timer klasgenoot-scherm.service"

start_done() {
    if ! runs_here; then return 0; fi  # a tree starts when it is booted
    systemctl is-active -q klasgenoot.service klasgenoot-shutdown.path klasgenoot-update.timer
}

start_do() {
    systemctl daemon-reload && udevadm control --reload && udevadm trigger --action=add || return
    swapoff -a || true
    sysctl -q --system || true
    systemctl restart systemd-journald || true
    if [ ! -x "$program/current/bin/klasgenoot" ]; then
        later "Aanzetten: eerst het programma"
        return
    fi
    # shellcheck disable=SC2086  # several words on purpose
    systemctl restart $started || { say "Zie: klasgenoot doctor"; return 1; }
}

start_undo() {
    if runs_here; then
        # shellcheck disable=SC2086  # several words on purpose
        systemctl stop $started 2>/dev/null || true
    fi
    if [ ! -d "$root$keys" ]; then return 0; fi
    if [ "$keep_keys" = ask ]; then
        printf 'De sleutel en de koppeling van deze set ook wissen? Zonder sleutel moet de set opnieuw gekoppeld worden. [j/N] '
        read -r answer || answer=
        case $answer in [jJyY]*) keep_keys=remove ;; *) keep_keys=keep ;; esac
    fi
    if [ "$keep_keys" = remove ]; then
        rm -rf "$root$keys"
    else
        say "De sleutels blijven staan in $keys"
    fi
}

# --- the command line ---------------------------------------------------------------------------------

while [ $# -gt 0 ]; do
    case $1 in
        --wheels) wheels=$(cd "$2" && pwd) || stop "map $2 is er niet"; shift ;;
        --server) server=$2; shift ;;
        --room) room=$2; shift ;;
        --name) name=$2; shift ;;
        --root) root=$(cd "$2" && pwd) || stop "map $2 is er niet"; shift ;;
        --update-key) update_key=$2; shift ;;
        --keys) keep_keys=$2; shift ;;
        --dry-run) dry_run=yes ;;
        --files-only) files_only=yes ;;
        --uninstall) uninstall=yes ;;
        --help | -h) usage; exit 0 ;;
        *) usage >&2; stop "onbekende optie $1" ;;
    esac
    shift
done
case $keep_keys in ask | keep | remove) ;; *) stop "--keys is keep of remove" ;; esac
[ "$root" != / ] || root=
[ -z "$files_only" ] || [ -n "$root" ] || stop "--files-only hoort bij --root"
[ -z "$wheels" ] || [ -f "$wheels/SHA256SUMS" ] || stop "in $wheels staat geen SHA256SUMS: maak de map met wheels.sh"
[ -z "$update_key" ] || [ -f "$update_key" ] || stop "bestand $update_key is er niet"
[ "$(id -u)" = 0 ] || [ -n "$files_only" ] || [ -n "$dry_run" ] || stop "start dit als root: sudo $0"

if [ -n "$uninstall" ]; then
    uninstall_steps
    say "De Klasgenoot is van deze computer gehaald."
    exit 0
fi
install_steps
[ -z "$dry_run" ] || exit 0
told_at_the_end
say ""
say "Klaar. Nu: koppelen met de laptop (knop Koppelen op het scherm, of sudo klasgenoot pair),"
say "en daarna het plaatsingsverslag: sudo klasgenoot placement"
