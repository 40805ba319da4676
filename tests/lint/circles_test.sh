#!/usr/bin/env bash
# The circle lint notices what it is there for: it is shown small programs whose files need
# each other, or do not, with lists that are right, too long, stale or without reasons.
set -u
lint=$(dirname "$(readlink -f "$0")")/circles.sh
cc=${1:-cc}
command -v "$cc" nm >/dev/null || exit 77
build=$(mktemp -d) || exit 1
trap 'rm -rf "$build"' EXIT
status=0

# file NAME CODE: a source of the room lab/x with its object, as CMake would lay them out.
file() {
	local object=$build/lab/CMakeFiles/lab_x.dir/x

	mkdir -p "$object" "$build/lab/x"
	printf '%s\n' "$2" >"$build/lab/x/$1"
	"$cc" -c -o "$object/$1.o" "$build/lab/x/$1" || exit 1
}

# says STATUS WORDS [LIST]: with LIST the lint ends with STATUS and says WORDS.
says() {
	local said code

	printf '%s\n' "${3:-}" >"$build/list"
	said=$("$lint" "$build" "$build/list")
	code=$?
	if [ $code -ne "$1" ] || ! grep -qF -- "$2" <<<"$said"; then
		printf 'not status %s with "%s", but %s: %s\n' "$1" "$2" $code "$said"
		status=1
	fi
}

says 1 'no objects'

file top.c 'int a(void); int top(void); int top(void) { return a(); }'
file a.c 'int b(void); int a(void); int a(void) { return b(); }'
file b.c 'int b(void); int b(void) { return 1; }'
says 0 ''
says 1 'listed, and no circle any more: lab/x/a.c lab/x/b.c' \
	'lab/x/b.c lab/x/a.c | They are two halves of one thing.'

file b.c 'int c(void); int b(void); int b(void) { return c(); }'
file c.c 'int a(void); int c(void); int c(void) { return a(); }'
says 1 'circle of 3 files: lab/x/a.c lab/x/b.c lab/x/c.c'
says 1 'lab/x/c.c -> lab/x/a.c: a'
says 0 '' 'lab/x/c.c lab/x/a.c lab/x/b.c | They are three parts of one thing.'
says 1 'circle of 3 files' 'lab/x/a.c lab/x/b.c | They are two halves of one thing.'
says 1 'without a reason' 'lab/x/a.c lab/x/b.c lab/x/c.c'

# A variable ties as a function does; what the file defines itself does not.
file b.c 'int v, b(void); int b(void) { return v; }'
file c.c 'extern int v; int a(void), c(void); int c(void) { return v + a(); }'
says 0 ''
file a.c 'int c(void); int a(void); int a(void) { return c(); }'
says 1 'circle of 2 files: lab/x/a.c lab/x/c.c'

long=
for i in 1 2 3 4 5; do
	long+="lab/x/a$i.c lab/x/b$i.c | It is one of too many."$'\n'
done
says 1 '5 circles are listed' "$long"

# An object that an earlier build left behind is no file of the program.
rm "$build/lab/x/c.c"
says 0 ''
exit $status
