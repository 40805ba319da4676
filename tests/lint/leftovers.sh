#!/usr/bin/env bash
# Each file or folder that a test makes for itself goes with the test, also with one that is killed.
set -u
cd "${1:-$(dirname "$0")/../..}"
bad=$(grep -rcE '\bmk(d|s)temp\(' tests --include='*.c' --exclude-dir=fuzz | while IFS=: read -r file made; do
	held=$(grep -cE '\b(guard_[a-z]+|holding_add)\(' "$file")
	[ "$made" -le "$held" ] || printf '%s: makes %s, guards %s\n' "$file" "$made" "$held"
done)
[ -z "$bad" ] || { printf 'a test may leave files behind:\n%s\n' "$bad"; exit 1; }
