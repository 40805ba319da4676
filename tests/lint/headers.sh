#!/usr/bin/env bash
# Each header stands alone: it compiles as the only include of a file.
set -u
cd "$(dirname "$0")/../.."
status=0
flags=$(pkg-config --cflags libnl-3.0 libxml-2.0 libuv openssl 2>/dev/null)

while IFS= read -r header; do
	# shellcheck disable=SC2086
	printf '#include "%s"\n' "$header" |
		gcc -std=c17 -D_GNU_SOURCE -I. $flags -fsyntax-only -x c - || status=1
done < <(find lib lab agents capture -name '*.h')
exit $status
