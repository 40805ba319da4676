#!/usr/bin/env bash
# fits.sh: every patch of this folder says what it breaks, changes one line of the product
# and fits the tree; one seed draws the same mutants twice, and those fit too. 77: no git.
set -u
here=$(cd "$(dirname "$0")" && pwd)
command -v git >/dev/null || exit 77
copy=$(mktemp -d) || exit 1
trap 'rm -rf "$copy"' EXIT
status=0

complain() {
	printf '%s: %s\n' "${1##*/}" "$2"
	status=1
}

# In a folder that is no repository: who owns the tree does not matter then.
cd "$here/../.." && tar -cf - lib agents capture lab | tar -C "$copy" -xf - || exit 1
cd "$copy" || exit 1

# fits PATCH
fits() {
	local file removed added

	file=$(sed -n 's|^+++ b/||p' "$1")
	removed=$(grep -c '^-[^-]' "$1") added=$(grep -c '^+[^+]' "$1")
	case $file in
	lib/*.[ch] | agents/*.[ch] | capture/*.[ch] | lab/*.[ch]) ;;
	*) complain "$1" "changes \"$file\", which is no file of the product" ;;
	esac
	[ "$removed" -eq 1 ] && [ "$added" -le 1 ] || complain "$1" 'changes more than one line'
	head -1 "$1" | grep -q '[.]$' || complain "$1" 'does not say what it breaks'
	GIT_CEILING_DIRECTORIES=$(dirname "$copy") git apply --check "$1" 2>"$copy/why" ||
		complain "$1" "does not fit any more: $(cat "$copy/why")
	Make the same mistake in the tree as it is now, by hand, and write it here by
	git diff -U1 (README.md); where what it broke is gone, remove the patch."
}

for patch in "$here"/*.patch; do
	[ ! -e "$patch" ] || fits "$patch"
done

first=$("$here/draw" --seed 1 --count 40 "$copy") || complain draw 'fails'
[ "$first" = "$("$here/draw" --seed 1 --count 40 "$copy")" ] ||
	complain draw 'draws other mutants by the same seed'
mkdir "$copy/drawn"
"$here/draw" --seed 1 --count 40 --into "$copy/drawn" "$copy" || complain draw 'fails'
for patch in "$copy"/drawn/*.patch; do
	fits "$patch"
done
exit $status
