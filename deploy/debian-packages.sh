#!/usr/bin/env bash
# Installs Debian packages, as root or through sudo; otherwise says what to type and stops.
# Usage: deploy/debian-packages.sh PACKAGE...
set -euo pipefail

fix="apt-get update && apt-get install --yes --no-install-recommends $*"

if ! command -v apt-get >/dev/null; then
  echo "This machine has no apt-get: please install what Debian calls \"$*\" yourself, then try again." >&2
  exit 1
fi

if [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
  as_root=(sudo)
else
  echo "Debian packages are missing and only root may install them: please have root run  $fix  and try again." >&2
  exit 1
fi

# env stands behind sudo because sudo drops the caller's variables.
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@"
}

echo "Installing Debian packages: $*" >&2
# Old package lists name files that the mirror no longer has.
if ! { apt update && apt install --yes --no-install-recommends "$@" >/dev/null; }; then
  echo "Debian's packages could not be installed: see apt-get's words above, then run  $fix  as root and try again." >&2
  exit 1
fi
