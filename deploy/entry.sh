#!/bin/sh
# How the image begins: a home that lacks the models gets the image's, whole; then `verse` runs.
set -eu

home=${VERSE_HOME:-/var/lib/verse}
for model in "${MODELS_FROM:-/opt/models}"/*/; do
  model=${model%/}
  name=${model##*/}
  if [ -d "$model" ] && [ ! -e "$home/models/$name" ]; then
    mkdir -p "$home/models"
    aside="$home/models/.$name.$$"
    cp -R "$model" "$aside"
    mv "$aside" "$home/models/$name"
  fi
done

exec verse "$@"
