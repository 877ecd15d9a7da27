#!/bin/sh
# Makes a folder with everything a set or a laptop needs, to install or update without internet.
# usage: wheels.sh FOLDER [KEYFOLDER]   signs it: only a signed folder updates a set by itself
# Run it on a machine like the set: same processor, same Python (Debian 12: 3.11).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,4s/^# //p' "$0"; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
rm -f "$folder"/*.whl "$folder"/SHA256SUMS "$folder"/SHA256SUMS.sig
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
python3 -m venv "$build/venv"
"$build/venv/bin/pip" wheel --quiet --disable-pip-version-check --wheel-dir "$folder" "$here/../.."
# For the laptop only: the weights that find the person in a picture (docs/presence.md). Without them an oval stays sharp.
rm -f "$folder/person.tflite"
if "$build/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --only-binary :all: --python-version 3.11 \
    --platform manylinux2014_x86_64 --dest "$build/model" mediapipe==0.10.14; then
    (cd "$build" && python3 -m zipfile -e model/*.whl taken) &&
        cp "$build/taken/mediapipe/modules/selfie_segmentation/selfie_segmentation_landscape.tflite" "$folder/person.tflite"
else
    echo "let op: zonder model voor de wazige kamer" >&2
fi
(cd "$folder" && sha256sum ./*.whl | sed 's| \./| |' > SHA256SUMS)
if [ $# -ge 2 ]; then
    "$build/venv/bin/pip" install --quiet --disable-pip-version-check --no-index --find-links "$folder" klasgenoot
    "$build/venv/bin/klasgenoot" sign-update --key "$2" "$folder"
fi
echo "klaar: $folder"
