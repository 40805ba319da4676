#!/usr/bin/env bash
# restricted.sh: what doctor and run say where a distribution restricts user namespaces. The
# settings are those of a user namespace of the test's own, or files that stand in for those
# of another kernel. 77: no user namespaces here.
set -u
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
status=0

# As an ordinary user who may change the settings of this namespace.
inside() {
	unshare -U --map-user=1000 --map-group=1000 --keep-caps -m sh -uc "$1" sh "$CWMPLAB" \
		"$CWMPLAB_SOURCE/topologies/figure-2-http"
}

inside true 2>/dev/null || { echo "no user namespaces"; exit 77; }
cd "$dir" || exit 1
refuse='echo 0 >/proc/sys/user/max_user_namespaces'
fake='mount -t tmpfs -o uid=1000,gid=1000 none /proc/sys/kernel'

# tells SETTINGS WORDS...: doctor has the words and fails.
tells() {
	local settings=$1 words

	shift
	inside "$settings; exec \"\$1\" doctor" >said 2>&1
	[ $? -eq 3 ] || { echo "$settings: exit status is not 3"; status=1; }
	for words; do
		grep -qF -e "$words" said || { echo "$settings: no $words:"; cat said; status=1; }
	done
	grep -q modprobe said && { echo "$settings: a module is blamed:"; cat said; status=1; }
}

tells "$refuse" 'restriction      user.max_user_namespaces is 0' \
	'do: as root: sysctl user.max_user_namespaces=10000'
tells "$refuse; $fake; echo 1 >/proc/sys/kernel/apparmor_restrict_unprivileged_userns" \
	'kernel.apparmor_restrict_unprivileged_userns is 1: AppArmor restricts' \
	'do: install the package of cwmplab, which brings the profile' \
	'or as root: sysctl kernel.apparmor_restrict_unprivileged_userns=0'
tells "$refuse; $fake; echo 0 >/proc/sys/kernel/unprivileged_userns_clone" \
	'kernel.unprivileged_userns_clone is 0: user namespaces are for root alone' \
	'do: as root: sysctl kernel.unprivileged_userns_clone=1'

inside "$refuse; exec \"\$1\" run \"\$2\"" >said 2>&1
[ $? -eq 3 ] && [ "$(wc -l <said)" = 1 ] && grep -q 'sysctl user.max_user_namespaces=10000' said ||
	{ echo "run:"; cat said; status=1; }
exit $status
