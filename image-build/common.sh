# shellcheck shell=bash
# What every build of a Debian system here needs: sourced by image-build/build and tests/vm/build.
# Root is only root in a namespace of its own: nothing is mounted, or owned, outside it.

# say WORD…: the script that sources this gives its name as `saying`.
say() { echo "${saying:-build}: $*" >&2; }

die() {
    say "$*"
    exit 2
}

# key FILE…: one word for the contents of files and folders, and for where each stands.
key() {
    find "$@" -type f ! -name '*.pyc' ! -name '*.swp' -print0 | sort -z |
        xargs -0 sha256sum | sha256sum | cut -c1-16
}

# work KEPT: a folder to work in; in memory where there is enough, which spares a disk many small files.
work() {
    local memory
    memory=$(awk '/MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)
    if ((memory >= 10)) && (($(df --output=avail -BG /dev/shm | tail -1 | tr -dc 0-9) >= 6)); then
        mktemp -d -p /dev/shm zgoda-XXXXXX
    else
        mktemp -d -p "$1"
    fi
}

# as_root COMMAND…: as root of a user namespace, with mounts of its own.
as_root() {
    local map=(--map-root-user --map-auto)
    if ((EUID == 0)); then
        map=(--map-users=0:0:65536 --map-groups=0:0:65536)
    fi
    nice -n "${niceness:-10}" unshare --user "${map[@]}" --mount --pid --fork "$@"
}

# shellcheck disable=SC2120 # the virtual machine needs no component but main
# sources [COMPONENT…]: where this machine's own apt finds Debian 13, with more of its components.
sources() {
    # shellcheck disable=SC2016 # the words in brackets are apt's
    apt-get indextargets 'Created-By: Packages' \
        --format 'deb [signed-by=$(SIGNED_BY)] $(REPO_URI) $(RELEASE) $(COMPONENT)' |
        sed 's/ \[signed-by=\$(SIGNED_BY)\]//' |
        { grep -E ' trixie(-updates|-security)? ' || true; } |
        sed -E "s/ main\$/ main${*:+ $*}/" | sort -u
}
