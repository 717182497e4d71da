#!/bin/sh
# Whether another processor finds the same overlaps: this machine in several surroundings, and an
# emulated one with Debian's Python. Usage: other_machine.sh [--count N] [--plain] [--arch arm64|amd64] [FOLDER]
# Needs debootstrap and qemu-user-static (apt-get install), Debian's archive, a package index, uv.
# Nothing is installed here and no root is needed but for debootstrap; FOLDER (0.9 GB) may go after.
# Half an hour on a quiet machine, most of it compiling under emulation; --plain leaves that out.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
python=$here/../.venv/bin/python count=500 arch=arm64 suite=bookworm folder= compiled=yes

say() { printf 'other_machine: %s\n' "$*" >&2; }
while [ $# -gt 0 ]; do
    case $1 in
    --count) count=$2; shift 2 ;;
    --arch) arch=$2; shift 2 ;;
    --plain) compiled=; shift ;;
    -*) say "unknown: $1"; exit 2 ;;
    *) folder=$1; shift ;;
    esac
done
case $arch in
arm64) cpu=aarch64 ;;
amd64) cpu=x86_64 ;;
*) say "no wheels of numpy are known for $arch"; exit 2 ;;
esac
folder=${folder:-${TMPDIR:-/tmp}/tieline-other-machine}
root=$folder/$arch out=$folder/out-$arch
for tool in debootstrap "qemu-$cpu-static" dpkg-deb; do
    command -v "$tool" >/dev/null || { say "missing: $tool (apt-get install debootstrap qemu-user-static)"; exit 1; }
done
uv=$(command -v uv || echo "$here/../.venv/bin/uv")
mkdir -p -- "$out"
rm -f -- "$out"/*.json

if [ ! -e "$root.done" ]; then
    say "getting Debian $suite for $arch"
    rm -rf -- "$root"
    debootstrap --foreign --arch="$arch" --variant=minbase --include=python3 "$suite" "$root" \
        ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} >"$folder/debootstrap.log"
    # The second stage would run here as root; unpacked is all that a program needs.
    for package in "$root"/var/cache/apt/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$root"
    done
    : >"$root.done"
fi
if [ ! -e "$folder/wheels-$arch.done" ]; then
    say "getting wheels for $cpu"
    wanted=$("$python" -c 'from importlib.metadata import version as v
print(*(f"{n}=={v(n)}" for n in ("numpy", "numba", "geographiclib", "mgrs")))')
    # shellcheck disable=SC2086 - one word for each
    "$uv" pip install --quiet --target "$folder/wheels-$arch" --python "$python" --python-version 3.11 \
        --python-platform "$cpu-manylinux_2_28" --only-binary :all: $wanted
    : >"$folder/wheels-$arch.done"
fi

there() {
    PYTHONPATH=$folder/wheels-$arch PYTHONDONTWRITEBYTECODE=1 NUMBA_CACHE_DIR=$folder/numba-$arch \
        "qemu-$cpu-static" -L "$root" "$root/usr/bin/python3" "$here/same.py" "$@"
}
try() { # NAME COMMAND...
    name=$1; shift
    say "$name"
    "$@" >"$out/$name.json"
}
set_=$folder/set-$count.jsonl
"$python" "$here/same.py" make "$set_" --count "$count" >&2
cmp -s "$set_" "$folder/again" || there make "$folder/again" --count "$count" >&2
cmp -s "$set_" "$folder/again" || say "drawn there, the set would be another: the one drawn here is used"

try 1-here "$python" "$here/same.py" find "$set_" --list "$out/here.txt"
try 2-seed-zone env PYTHONHASHSEED=1 TZ=Asia/Kabul "$python" "$here/same.py" find "$set_"
try 3-language env PYTHONHASHSEED=77 LC_ALL=tr_TR.UTF-8 TZ=America/St_Johns "$python" "$here/same.py" find "$set_"
# Without the wide registers numpy takes other sines, right to another last bit.
try 4-old-processor env NPY_DISABLE_CPU_FEATURES="AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX2 FMA3" \
    OPENBLAS_CORETYPE=Prescott "$python" -W ignore "$here/same.py" find "$set_" --list "$out/old.txt"
try 5-compiled "$python" "$here/same.py" find "$set_" --how fast --list "$out/fast.txt"
try 6-three-threads env PYTHONHASHSEED=3 "$python" "$here/same.py" find "$set_" --how fast --threads 3
try 7-there there find "$set_" --list "$out/there.txt"
[ -z "$compiled" ] || try 8-there-compiled there find "$set_" --how fast --threads 2 --list "$out/there-fast.txt"
"$python" "$here/same.py" compare "$out"
