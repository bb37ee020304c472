#!/bin/sh
# Installs a released mlship: downloads one archive, checks that it is the one that was meant, and
# puts the program where it is told to.
#
#   install.sh --version 0.1.0 --from https://HOST/OWNER/REPOSITORY [--to DIR] [--sha256 SUM]
#
# Without --sha256 the sum is taken from the release's own SHA256SUMS, which guards against a broken
# download and not against another release.
set -eu

version='' from='' to="${HOME:-}/.local/bin" sum=''

fail() {
    printf 'error: %s\n' "$1" >&2
    [ -z "${2:-}" ] || printf 'hint: %s\n' "$2" >&2
    exit 1
}

while [ $# -gt 0 ]; do
    case $1 in
    --version | --from | --to | --sha256) [ $# -ge 2 ] || fail "$1 needs a value" ;;
    esac
    case $1 in
    --version) version=$2 ;;
    --from) from=$2 ;;
    --to) to=$2 ;;
    --sha256) sum=$2 ;;
    -h | --help)
        sed -n '2,8s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *) fail "nothing is called $1" "see install.sh --help" ;;
    esac
    shift 2
done
[ -n "$version" ] || fail "--version is missing" "take one of the repository's releases"
[ -n "$from" ] || fail "--from is missing" "say the address of the repository"
version=${version#v}

case $(uname -s) in
Linux) system=unknown-linux-musl ;;
Darwin) system=apple-darwin ;;
*) fail "there is no build for $(uname -s)" "cargo install --locked --path . builds one" ;;
esac
case $(uname -m) in
x86_64 | amd64) processor=x86_64 ;;
aarch64 | arm64) processor=aarch64 ;;
*) fail "there is no build for $(uname -m)" "cargo install --locked --path . builds one" ;;
esac

name="mlship-$processor-$system-v$version"
base="$from/releases/download/v$version"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM

fetch() {
    if command -v curl >/dev/null 2>&1; then
        curl --fail --silent --show-error --location --retry 3 --output "$2" "$1"
    elif command -v wget >/dev/null 2>&1; then
        wget --quiet --tries=3 --output-document="$2" "$1"
    else
        fail "neither curl nor wget is here" "install one of them"
    fi || fail "$1 could not be downloaded" "look whether the release has a build for this system"
}

sum_of() {
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum "$1"
    else
        shasum -a 256 "$1"
    fi | cut -d ' ' -f 1
}

fetch "$base/$name.tar.gz" "$folder/archive"
sum=$(printf %s "$sum" | tr 'A-F' 'a-f')
if [ -z "$sum" ]; then
    fetch "$base/SHA256SUMS" "$folder/sums"
    sum=$(sed -n "s/^\([0-9a-f]\{64\}\)  *$name.tar.gz\$/\1/p" "$folder/sums")
    [ -n "$sum" ] || fail "SHA256SUMS has no line for $name.tar.gz"
fi
found=$(sum_of "$folder/archive")
[ "$found" = "$sum" ] || fail "$name.tar.gz is another file: its SHA-256 is $found, and not $sum" \
    "don't use it; compare with what the release says"

tar -xzf "$folder/archive" -C "$folder"
mkdir -p "$to"
# At once, so that a program that runs is not torn.
cp "$folder/$name/mlship" "$to/.mlship.new"
chmod 755 "$to/.mlship.new"
mv "$to/.mlship.new" "$to/mlship"
printf '%s\n' "$("$to/mlship" --version) in $to"
case ":${PATH:-}:" in
*":$to:"*) ;;
*) printf 'hint: %s is not on the path\n' "$to" >&2 ;;
esac
