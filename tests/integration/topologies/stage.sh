#!/usr/bin/env bash
# stage.sh [FOLDER...]: the labs of faults.txt beside it, or those of these folders: each as it is, whose
# expectations hold, and with each of its faults, with which they do not, for the reason that stands
# in the table. As an ordinary user; started by hand, from the top of the tree:
#
#   CWMPLAB=$PWD/build/cwmplab CWMPLAB_SOURCE=$PWD tests/integration/topologies/stage.sh
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../../support/ordinary.sh"
need dnsmasq

cp -r "$CWMPLAB_SOURCE/topologies/models" . || exit 1
table=$here/faults.txt
last=

# line OUTCOME FOLDER FAULT TEXT
line() {
	printf '%-7s %-18s %-20s %s\n' "$@"
}

# has_run FOLDER FAULT: runs it, says what it said in the file "said"; its status.
has_run() {
	"$CWMPLAB" run "$1/topology.yaml" --out out ${2:+--fault "$2"} >said 2>&1
}

# as_it_is FOLDER
as_it_is() {
	cp -r "$CWMPLAB_SOURCE/topologies/$1" . || exit 1
	sed -i "s/^name: .*/name: $lab/" "$1/topology.yaml"
	if has_run "$1" ''; then
		line ok "$1" '' "$(grep -c '^ok ' said) expectations hold"
	else
		line FAILED "$1" '' "$(tail -n 20 said)"
		status=1
	fi
}

# with_fault FOLDER FAULT REASON
with_fault() {
	local r

	has_run "$1" "$2"
	r=$?
	if [ $r = 1 ] && grep -qE "$3" said; then
		line ok "$1" "$2" "$(grep -E "$3" said | head -n 1 | cut -c -110)"
	else
		line FAILED "$1" "$2" "status $r, wanted $3: $(tail -n 20 said)"
		status=1
	fi
}

while IFS='|' read -r folder fault reason; do
	folder=${folder// /} fault=${fault// /} reason=${reason# }
	[ -n "$folder" ] && [ "${folder:0:1}" != '#' ] || continue
	[ $# = 0 ] || case " $* " in *" $folder "*) ;; *) continue ;; esac
	[ "$folder" = "$last" ] || as_it_is "$folder"
	last=$folder
	with_fault "$folder" "$fault" "$reason"
done <"$table"
[ -n "$last" ] || fails "the table has none of: $*"
exit $status
