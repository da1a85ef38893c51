#!/usr/bin/env bash
# Installs what building and testing needs: Debian 12 packages, and npm packages for the web app and
# the stories.
# Idempotent; says nothing and asks no network when everything is there.
#   tools/install.sh          what `make run` needs
#   tools/install.sh tests    what `make test` needs, too
#   tools/install.sh bench    what `make bench` needs, too
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
    make cmake ninja-build ccache g++ pkg-config git ca-certificates python3
    libboost1.81-dev libboost-json1.81-dev librocksdb-dev libisal-dev libsecp256k1-dev libssl-dev
    libjemalloc-dev libtomlplusplus-dev libcli11-dev libspdlog-dev libfmt-dev libexpected-dev
    libgtest-dev librapidcheck-dev libbenchmark-dev
)
if [ "${1:-}" = tests ]; then
    packages+=(
        clang-14 libclang-rt-14-dev clang-format-14 binutils jq curl chromium
    )
elif [ "${1:-}" = bench ]; then
    packages+=(postgresql valgrind)
fi

node_is_new_enough() {
    command -v node >/dev/null && command -v npm >/dev/null &&
        [ "$(node --print 'process.versions.node.split(".")[0]')" -ge 18 ]
}

installed=$(dpkg-query --show --showformat='${Package} ${db:Status-Status}\n' "${packages[@]}" \
    2>/dev/null || true)
missing=()
for package in "${packages[@]}"; do
    [[ $'\n'$installed$'\n' == *$'\n'"$package installed"$'\n'* ]] || missing+=("$package")
done
if ! node_is_new_enough; then
    missing+=(nodejs npm)
fi

if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    echo "installing: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# npm's packages, as the lock file pins them; again only when the lock file changed. Not `npm ci`:
# it insists on the other platforms' variants of optional packages, which not every registry has.
projects=(web)
[ "${1:-}" != tests ] || projects+=(tests/e2e)
[ "${1:-}" != bench ] || projects+=(bench/peers)
for project in "${projects[@]}"; do
    stamp="$project/node_modules/.package-lock.sha256"
    if ! sha256sum --status --check "$stamp" 2>/dev/null; then
        echo "installing: npm packages of $project"
        npm install --no-save --prefer-offline --prefix "$project" --no-audit --no-fund \
            --loglevel=error
        sha256sum "$project/package-lock.json" >"$stamp"
    fi
done
