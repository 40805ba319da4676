#!/usr/bin/env bash
# Building a lab against a bare program that asks the kernel for the same objects.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
program=$(dirname "$cwmplab")/bench_build
[ -x "$program" ] || { echo "skipped: bench_build is not built"; exit 77; }
"$program"
