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

# Lines and what is wanted of them, sorted.
cat >"$dir/wanted" <<'END'
cwmplab va | validate
cwmplab d | decode dhcpd doctor down
cwmplab help gr | graph
cwmplab graph --f | --fault --format
cwmplab graph --format d | dot
cwmplab graph --format=d | dot
cwmplab check -f h | har html
cwmplab check --rule SES-01,URL-03 | SES-01,URL-03
cwmplab check trace.pcapng --sequence b | bootstrap by-ipv6
cwmplab cpe --model hp | hp5920
cwmplab schema p | policy
cwmplab model im | import
cwmplab model export --to y | yaml
cwmplab opt43 ex | explain
cwmplab opt43 encode --for comware | comware comware5
cwmplab validate lab | lab-one lab-one.yaml
cwmplab decode tr | trace.pcapng
cwmplab run --out f | folder
cwmplab acs --policy no | notes
cwmplab rpc no-lab/acs cpe-1 GetParameterN | GetParameterNames
cwmplab cpe no-lab cpe-1 fact | factory-reset
cwmplab st | start stop
cwmplab exec lab node -- mktem | mktemp
cwmplab exec lab node cat no | notes
END
sed 's/ | .*//' "$dir/wanted" >"$dir/typed"

for shell in bash zsh; do
	command -v $shell >/dev/null || { echo "no $shell"; continue; }
	$shell "$here/completion.$shell" "$scripts" <"$dir/typed" >"$dir/answers" 2>&1
	paste -d '|' "$dir/typed" "$dir/answers" | sed 's/|/ | /' | diff "$dir/wanted" - >"$dir/diff" || {
		echo "$shell: wanted (<) and answered (>):"
		cat "$dir/diff"
		status=1
	}
done
exit $status
