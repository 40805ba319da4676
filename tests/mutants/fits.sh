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

# look PATCH...: what stands in them. One program looks at all; a few for each patch took
# longer than all the rest.
look() {
	awk '
		function look_back() {
			if (file !~ /^(lib|agents|capture|lab)\/.*\.[ch]$/)
				print name ": changes \"" file "\", which is no file of the product"
			if (removed != 1 || added > 1)
				print name ": changes more than one line"
			if (head !~ /[.]$/)
				print name ": does not say what it breaks"
		}
		FNR == 1 {
			if (NR > 1)
				look_back()
			name = FILENAME
			sub(/.*\//, "", name)
			head = $0
			file = ""
			removed = added = 0
		}
		/^\+\+\+ b\// { file = substr($0, 7) }
		/^-[^-]/ { removed++ }
		/^\+[^+]/ { added++ }
		END { look_back() }' "$@"
}

# fits PATCH...
fits() {
	local said patch

	said=$(look "$@")
	[ -z "$said" ] || { printf '%s\n' "$said"; status=1; }
	for patch; do
		git apply --check "$patch" 2>"$copy/why" ||
			complain "$patch" "does not fit any more: $(cat "$copy/why")
	Make the same mistake in the tree as it is now, by hand, and write it here by
	git diff -U1 (README.md); where what it broke is gone, remove the patch."
	done
}

export GIT_CEILING_DIRECTORIES=${copy%/*}
fits "$here"/*.patch

first=$("$here/draw" --seed 1 --count 40 "$copy") || complain draw 'fails'
[ "$first" = "$("$here/draw" --seed 1 --count 40 "$copy")" ] ||
	complain draw 'draws other mutants by the same seed'
mkdir "$copy/drawn"
"$here/draw" --seed 1 --count 40 --into "$copy/drawn" "$copy" || complain draw 'fails'
fits "$copy"/drawn/*.patch
exit $status
