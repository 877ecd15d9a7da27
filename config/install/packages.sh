#!/bin/sh
# Install the Debian packages behind the named commands where they are missing.
# usage: packages.sh [--check] COMMAND...   (venv means Python's own venv module)
# --check only tells whether they are there.
set -eu

package_of() {
    case $1 in
        venv) echo python3-venv ;;
        ip) echo iproute2 ;;
        nft) echo nftables ;;
        tesseract) echo tesseract-ocr ;;
        turnserver) echo coturn ;;
        pactl) echo pulseaudio-utils ;;
        systemd-nspawn) echo systemd-container ;;
        postgres) echo postgresql ;;
        *) echo "$1" ;;
    esac
}

present() {
    case $1 in
        libjs-pdf) [ -e /usr/share/javascript/pdf/build/pdf.js ] ;;
        venv) python3 -c 'import ensurepip, venv' 2>/dev/null ;;
        postgres) command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 ;;
        *) command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] ;;
    esac
}

check=
[ "${1:-}" != --check ] || { check=yes; shift; }
missing=
for command in "$@"; do
    present "$command" || missing="$missing $(package_of "$command")"
done
[ -n "$missing" ] || exit 0
[ -z "$check" ] || exit 1

as_root=
if [ "$(id -u)" != 0 ]; then
    if sudo -n true 2>/dev/null; then
        as_root=sudo
    else
        echo "please install first: sudo apt-get install$missing" >&2
        exit 1
    fi
fi
echo "installing$missing" >&2
{
    $as_root apt-get update -qq
    # shellcheck disable=SC2086  # several words on purpose
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing
} >/dev/null
