# shellcheck shell=sh
# What the install scripts have in common: steps with a check, progress, files put in whole, and
# the way back. A step NAME has three functions: NAME_done (is it there?), NAME_do, NAME_undo.
# A step that cannot be done now (no network, nothing plugged in) calls `later` and goes on.

root=            # the tree to install into; empty is this machine
dry_run=         # only tell
parts=           # where the files lie that are put
record=          # where is kept what was made, so that it can be taken away again
postponed=       # what could not be done now

say() { printf '%s\n' "$*"; }
stop() { printf 'Fout: %s\n' "$*" >&2; exit 1; }

later() {
    postponed="$postponed
  - $*"
}

# Run a program in the tree that is installed into, or on this machine.
in_root() {
    if [ -z "$root" ]; then
        "$@"
    else
        # A mount of its own goes with the process: nothing stays when this is interrupted.
        # shellcheck disable=SC2016  # the inner shell expands
        unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$root" \
            env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
            http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" "$@"
    fi
}

runs_here() { [ -z "$root" ] && [ -d /run/systemd/system ]; }

# Make folders, and remember which were not there.
folder() {
    [ -d "$root$1" ] && return
    folder "$(dirname "$1")" && mkdir -p "$root$record" || return
    [ -d "$root$1" ] && return  # the record lies in it
    grep -qxF "$1" "$root$record/folders" 2>/dev/null || echo "$1" >> "$root$record/folders"
    mkdir "$root$1"
}

# The old file or the new one, also when the power goes: first beside it, then in its place.
put_file() { # SOURCE DESTINATION MODE
    folder "$(dirname "$2")" && cp "$1" "$root$2.nieuw" && chmod "$3" "$root$2.nieuw" &&
        mv -f "$root$2.nieuw" "$root$2"
}

put_link() { # TARGET DESTINATION
    folder "$(dirname "$2")" && ln -sfn "$1" "$root$2.nieuw" && mv -fT "$root$2.nieuw" "$root$2"
}

# The files of a step are in the table that `files` prints: STEP KIND SOURCE DESTINATION MODE.
files_done() {
    files | { while read -r step kind source destination mode; do
        [ "$step" = "$1" ] || continue
        if [ "$kind" = link ]; then
            [ "$(readlink "$root$destination")" = "$source" ] || exit 1
        else
            cmp -s "$parts/$source" "$root$destination" || exit 1
            [ "$(stat -c %a "$root$destination")" = "$mode" ] || exit 1
        fi
    done; }
}

files_do() {
    files | while read -r step kind source destination mode; do
        [ "$step" = "$1" ] || continue
        if [ "$kind" = link ]; then
            put_link "$source" "$destination" || exit 1
        else
            put_file "$parts/$source" "$destination" "$mode" || exit 1
        fi
    done
}

files_undo() {
    files | while read -r step _ _ destination _; do
        [ "$step" != "$1" ] || rm -f "$root$destination" "$root$destination.nieuw"
    done
}

# Do every step of the table `steps` (NAME|what a person reads) that is not done yet.
install_steps() {
    many=$(steps | wc -l)
    number=0
    for name in $(steps | cut -d '|' -f 1); do
        number=$((number + 1))
        title=$(steps | sed -n "s/^$name|//p")
        if "${name}_done"; then
            say "[$number/$many] $title: is al klaar"
        elif [ -n "$dry_run" ]; then
            say "[$number/$many] $title: moet nog"
        else
            say "[$number/$many] $title …"
            before=$postponed
            "${name}_do" || stop "$title is niet gelukt. Los op wat hierboven staat en start dit script opnieuw: het gaat verder waar het was."
            [ "$postponed" = "$before" ] || say "[$number/$many] $title: kan nu nog niet helemaal"
        fi
    done
}

# Those that were made and are empty by now; in the others lies somebody else's file, or a later step's.
folders_undo() {
    [ -f "$root$record/folders" ] || return 0
    tac "$root$record/folders" | while read -r made; do
        rmdir "$root$made" 2>/dev/null || true
    done
}

# Take every step back, the last one first, each with the folders that were made for it.
uninstall_steps() {
    many=$(steps | wc -l)
    number=0
    for name in $(steps | cut -d '|' -f 1 | tac); do
        number=$((number + 1))
        say "[$number/$many] weg: $(steps | sed -n "s/^$name|//p")"
        [ -n "$dry_run" ] || "${name}_undo" || say "  niet helemaal gelukt: geef het nog eens"
        [ -n "$dry_run" ] || folders_undo  # after each: a package that goes leaves a folder in which ours are
    done
    [ -z "$dry_run" ] || return 0
    rm -rf "$root$record"  # last: what is interrupted before this can be done again
    (cd "$root/" && rmdir -p --ignore-fail-on-non-empty "$(dirname "${record#/}")" 2>/dev/null) || true
}

told_at_the_end() {
    [ -n "$postponed" ] || return 0
    say ""
    say "Dit moet nog:$postponed"
    exit 3
}
