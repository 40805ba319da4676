#!/usr/bin/env bash
# completion.sh: what bash and zsh make of a line that is begun, each by its script of
# packaging/completion, in a shell of its own. zsh is left out where there is none.
set -u
here=$(cd "$(dirname "$0")" && pwd)
scripts=$CWMPLAB_SOURCE/packaging/completion
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
status=0
unset CWMPLAB_SHARE
export ZCOMPDUMP=$dir/.zcompdump # what zsh found of its own, once for all lines

ln -s "$CWMPLAB" "$dir/cwmplab"
mkdir "$dir/lab-one" "$dir/folder"
touch "$dir/lab-one.yaml" "$dir/lab-two.txt" "$dir/trace.pcapng" "$dir/notes"
cd "$dir" || exit 1
PATH=$dir:$PATH

# wants SHELL WORDS ANSWER: the answer to the words, sorted.
wants() {
	local shell=$1 words=$2 want=$3 got

	got=$("$shell" "$here/completion.$shell" "$scripts" "$words" 2>&1)
	[ "$got" = "$want" ] || {
		printf '%s: "%s": not "%s" but "%s"\n' "$shell" "$words" "$want" "$got"
		status=1
	}
}

for shell in bash zsh; do
	command -v $shell >/dev/null || { echo "no $shell"; continue; }
	wants $shell 'cwmplab va' 'validate'
	wants $shell 'cwmplab d' 'decode dhcpd doctor down'
	wants $shell 'cwmplab help gr' 'graph'
	wants $shell 'cwmplab graph --f' '--format'
	wants $shell 'cwmplab graph --format d' 'dot'
	wants $shell 'cwmplab graph --format=d' 'dot'
	wants $shell 'cwmplab check -f h' 'har html'
	wants $shell 'cwmplab check --rule SES-01,URL-03' 'SES-01,URL-03'
	wants $shell 'cwmplab check trace.pcapng --sequence b' 'bootstrap'
	wants $shell 'cwmplab cpe --model hp' 'hp5920'
	wants $shell 'cwmplab schema p' 'policy'
	wants $shell 'cwmplab model im' 'import'
	wants $shell 'cwmplab model export --to y' 'yaml'
	wants $shell 'cwmplab validate lab' 'lab-one lab-one.yaml'
	wants $shell 'cwmplab decode tr' 'trace.pcapng'
	wants $shell 'cwmplab run --out f' 'folder'
	wants $shell 'cwmplab acs --policy no' 'notes'
	wants $shell 'cwmplab rpc no-lab/acs cpe-1 GetParameterN' 'GetParameterNames'
	wants $shell 'cwmplab cpe no-lab cpe-1 fact' 'factory-reset'
	wants $shell 'cwmplab st' 'start stop'
	wants $shell 'cwmplab exec lab node -- mktem' 'mktemp'
	wants $shell 'cwmplab exec lab node cat no' 'notes'
done
exit $status
