# Sourced first: the script goes on as an ordinary user when root called it, in a folder of its
# own, "$dir", which goes with it. Sets "lab", a name that no other run has. 77 where this
# kernel gives an ordinary user no namespaces, or the programs named as arguments are missing.
set -u
[ "$(id -u)" -ne 0 ] ||
	exec setpriv --reuid=65534 --regid=65534 --clear-groups "$0" "$@"
. "$(dirname "${BASH_SOURCE[0]}")/patience.sh"
lab=t$$
status=0

need() {
	for program; do
		PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null && continue
		echo "skipped: $program is not installed"
		exit 77
	done
}

# fails WORDS...: the test fails, and goes on.
fails() {
	echo "$*"
	status=1
}

"$CWMPLAB" doctor >/dev/null || { echo "skipped: no labs here"; exit 77; }
dir=$(mktemp -d) || exit 1
trap '"$CWMPLAB" down "$lab" >/dev/null 2>&1; rm -rf "$dir"' EXIT
cd "$dir" || exit 1
