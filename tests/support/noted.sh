#!/usr/bin/env bash
# noted.sh FOLDER PROGRAM: runs a program of the unit tests. What it says is said here and kept
# as FOLDER/NAME/said; the messages that it writes where CWMPLAB_BODIES says go beside that. So
# what the tables of tests/coverage and the schemas are held against comes from the one run.
set -u
folder=$1/${2##*/}
rm -rf "$folder"
mkdir -p "$folder" || exit 1
CWMPLAB_BODIES=$folder "$2" >"$folder/said" 2>&1
status=$?
cat "$folder/said"
exit $status
