#!/usr/bin/env bash
# No sleep in tests, no unbounded string functions, no path of somebody's machine.
set -u
cd "$(dirname "$0")/../.."
status=0

# none WHAT PATTERN PATH...
none() {
	local what=$1 pattern=$2 bad

	shift 2
	bad=$(grep -rnE "$pattern" "$@" --include='*.[ch]') && {
		printf '%s:\n%s\n' "$what" "$bad"
		status=1
	}
}

none 'a test sleeps and hopes' '\b(u?sleep|nanosleep)\(' tests/unit tests/integration \
	tests/attack
none 'a string function without a limit' '\b(strcpy|strcat|sprintf|vsprintf|gets)\(' \
	lib lab agents capture
none 'a path of a machine' '/(home|work|root)/' lib lab agents capture
exit $status
