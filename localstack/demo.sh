# What the demos have in common; sourced with `account` and `speed` set.
# shellcheck shell=bash
set -euo pipefail

binaries=${CARGO_TARGET_DIR:-target}/debug
messages=$(mktemp)
trap 'rm -f "$messages"' EXIT
# Nobody's own AWS settings have a say here.
unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN
# The local ECR has no images to look for.
export MLSHIP_SKIP_VERIFY=1

bold='' faint='' plain=''
if [ -t 1 ]; then bold=$'\033[1m' faint=$'\033[2m' plain=$'\033[0m'; fi

say() { printf '\n%s# %s%s\n' "$bold" "$*" "$plain"; }

# Somebody else may have LocalStack's usual port.
start() {
    local port
    for port in $(seq 4566 4599); do
        localstack/start --port "$port" --speed "$speed" 2>"$messages" && return
        grep -q 'is taken' "$messages" || break
    done
    cat "$messages" >&2
    return 1
}

control() {
    localstack/.venv/bin/python - "$AWS_ENDPOINT_URL/_mlship/$1" "$2" <<'PYTHON'
import sys, urllib.request
url, body = sys.argv[1:]
request = urllib.request.Request(url, body.encode(), {"Content-Type": "application/json"})
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).read()
PYTHON
}

# Puts images into the account's registry, since a deploy looks whether they are there.
push() {
    localstack/.venv/bin/python - "$@" <<'PYTHON'
import json, os, sys
import boto3
ecr = boto3.client("ecr", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
repository, *tags = sys.argv[1:]
ecr.create_repository(repositoryName=repository)
index = "application/vnd.oci.image.index.v1+json"
for tag in tags:
    platform = {"os": "linux", "architecture": "amd64"}
    image = {"mediaType": index.replace("index", "manifest"), "digest": f"sha256:{tag:0>64}",
             "size": 2, "platform": platform}
    manifest = {"schemaVersion": 2, "mediaType": index, "manifests": [image]}
    ecr.put_image(repositoryName=repository, imageTag=tag, imageManifest=json.dumps(manifest),
                  imageManifestMediaType=index)
PYTHON
}

mlship() {
    printf '%s$ mlship %s%s\n' "$bold" "$*" "$plain"
    local code=0
    "$binaries/mlship" "$@" || code=$?
    printf '%sexit code %s%s\n' "$faint" "$code" "$plain"
    return "$code"
}

# Starts LocalStack, builds mlship, and empties and seeds the account.
set_up() {
    say "Starting LocalStack with the ECS simulator, $speed times as fast as the clock on the wall"
    [ -d localstack/.venv ] || echo 'It is set up first, which takes about half a minute.'
    endpoint=$(start)
    echo "It listens at $endpoint."

    say 'Building mlship'
    [ -x "$binaries/mlship" ] || echo 'The first time this takes some minutes.'
    cargo build --locked --quiet

    AWS_ENDPOINT_URL=$endpoint control reset "{\"account\": \"$account\"}"
    AWS_ENDPOINT_URL=$endpoint control clock "{\"account\": \"$account\", \"speed\": $speed}"
    eval "$(localstack/seed --endpoint "$endpoint" --account "$account")"
}
