#!/usr/bin/env bash
# install.sh BUILD SOURCE: what "cmake --install" and CPack put where; the installed program
# finds its files from any folder, and one that was copied away from them says what to do.
set -u
. "$(dirname "$0")/../support/patience.sh"
build=$1 source=$2
unset CWMPLAB_SHARE
dir=$(mktemp -d) || exit 1
trap 'chmod -R u+rwX "$dir"; rm -rf "$dir"' EXIT
chmod 755 "$dir"
status=0

complain() {
	printf '%s\n' "$*"
	status=1
}

# files FOLDER: the paths of the files in it, sorted.
files() {
	(cd "$1" && find . -type f | sort)
}

DESTDIR=$dir/root cmake --install "$build" --prefix /usr >"$dir/log" 2>&1 ||
	{ cat "$dir/log"; exit 1; }
installed=$dir/root/usr
cwmplab=$installed/bin/cwmplab
share=$installed/share/cwmplab

# Of the source tree, all that the program or a reader needs.
for folder in topologies capture/sequences; do
	diff -r "$source/$folder" "$share/$folder" || complain "$folder differs"
done
for file in share/bash-completion/completions/cwmplab \
	share/zsh/vendor-completions/_cwmplab share/man/man1/cwmplab.1.gz share/doc/cwmplab/copyright \
	share/doc/cwmplab/README.md share/cwmplab/apparmor.d/cwmplab; do
	[ -s "$installed/$file" ] || complain "$file is not installed"
done
[ -z "$(find "$dir/root" -perm /022 ! -type l)" ] || complain "others may write: $(
	find "$dir/root" -perm /022 ! -type l)"

# In a folder of nobody's project.
mkdir "$dir/elsewhere" "$dir/closed"
cd "$dir/elsewhere" || exit 1
"$cwmplab" validate "$share"/topologies/*/topology.yaml >"$dir/log" 2>&1 ||
	complain "validate: $(cat "$dir/log")"
if "$cwmplab" doctor >/dev/null && command -v dnsmasq >/dev/null; then
	timeout "$patience" "$cwmplab" run "$share/topologies/figure-2-http" >"$dir/log" 2>&1 ||
		complain "run: $(cat "$dir/log")"
	timeout "$patience" "$cwmplab" run "$share/topologies/figure-2-http" >/dev/full 2>"$dir/log"
	[ $? -eq 3 ] && grep -qx "cwmplab: standard output: .*" "$dir/log" ||
		complain "run >/dev/full: $(cat "$dir/log")"
	[ -s out/figure-2-http/report.html ] || complain "no report in the working folder"
	[ "$(files "$source/topologies")" = "$(files "$share/topologies")" ] ||
		complain "run left something beside the topologies"
	if [ "$(id -u)" -ne 0 ]; then
		chmod a-w "$dir/closed"
		said=$(cd "$dir/closed" &&
			timeout "$patience" "$cwmplab" run "$share/topologies/figure-2-http" 2>&1
			echo "exit $?")
		want="cwmplab: out: Permission denied: no results can go there; choose another folder with --out
exit 2"
		[ "$said" = "$want" ] || complain "run in a folder that is closed: $said"
	fi
fi

# Copied away from its files.
mkdir "$dir/copy"
cp "$cwmplab" "$dir/copy"
for call in "validate $share/topologies/figure-2" "check x --sequence bootstrap" \
	"cpe --acs-url http://127.0.0.1:1/ --model hp5920"; do
	# shellcheck disable=SC2086
	said=$(timeout "$patience" "$dir/copy/cwmplab" $call 2>&1) && complain "$call: passed"
	grep -q 'set CWMPLAB_SHARE to the folder that has' <<<"$said" ||
		complain "$call: $said"
done
CWMPLAB_SHARE=$share "$dir/copy/cwmplab" validate "$share/topologies/figure-2" \
	>/dev/null || complain "CWMPLAB_SHARE does not help"

# The package holds the same files, and names what it needs.
for program in cpack dpkg-deb dpkg-shlibdeps file; do
	command -v $program >/dev/null || exit $status
done
cpack --config "$build/CPackConfig.cmake" -B "$dir/deb" >"$dir/log" 2>&1 ||
	{ cat "$dir/log"; exit 1; }
dpkg-deb -x "$dir"/deb/cwmplab_*.deb "$dir/unpacked" || exit 1
[ "$(files "$dir/root")" = "$(files "$dir/unpacked")" ] ||
	complain "the package holds: $(files "$dir/unpacked")"
depends=$(dpkg-deb -f "$dir"/deb/cwmplab_*.deb Depends)
for package in dnsmasq-base libc6 libssl3 libuv1 libpcap0.8; do
	[[ ", $depends" == *", $package"* ]] || complain "no $package in: $depends"
done
[ "$(dpkg-deb -f "$dir"/deb/cwmplab_*.deb Recommends)" = iproute2 ] ||
	complain "iproute2, which hosts of topologies use, is not recommended"
exit $status
