#!/usr/bin/env bash
# Each header stands alone: it compiles as the only include of a file. Most are the first
# include of the file that has their name, so that the build has shown it already; the others
# are compiled here.
set -u
cd "$(dirname "$0")/../.."
status=0
flags=$(pkg-config --cflags libnl-3.0 libxml-2.0 libuv openssl 2>/dev/null)

# is_first HEADER: whether the file of its name begins with it.
is_first() {
	local line

	[ -f "${1%.h}.c" ] || return
	while read -r line; do
		[[ $line == '#include '* ]] || continue
		[ "$line" = "#include \"$1\"" ]
		return
	done <"${1%.h}.c"
	return 1
}

while IFS= read -r header; do
	is_first "$header" && continue
	# shellcheck disable=SC2086
	printf '#include "%s"\n' "$header" |
		gcc -std=c17 -D_GNU_SOURCE -I. $flags -fsyntax-only -x c - || status=1
done < <(find lib lab agents capture -name '*.h')
exit $status
