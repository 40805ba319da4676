#!/usr/bin/env bash
# The layer lint notices what it is there for: in a copy of the tree one line is planted at
# a time, and each time it must fail and name the line.
set -u
cd "$(dirname "$0")/../.."
lint=$PWD/tests/lint/layers.sh
copy=$(mktemp -d) || exit 1
trap 'rm -rf "$copy"' EXIT
cp -r lib lab agents capture "$copy"
status=0

complain() {
	printf '%s\n' "$*"
	status=1
}

# planted FILE LINE WORDS: with LINE at the end of FILE the lint fails and says WORDS.
planted() {
	local file=$copy/$1 said existed=1

	[ -e "$file" ] || existed=
	mkdir -p "$(dirname "$file")"
	[ -z "$existed" ] || cp "$file" "$copy/kept"
	printf '%s\n' "$2" >>"$file"
	said=$("$lint" "$copy") && complain "not noticed: $2 in $1"
	grep -qF -- "$3" <<<"$said" || complain "not named: $3, but: $said"
	if [ -n "$existed" ]; then mv "$copy/kept" "$file"; else rm -r "$(dirname "$file")"; fi
}

"$lint" "$copy" || complain 'the tree as it is does not pass'
planted capture/packet/ip.c '#include "capture/stream/tcp.h"' capture/packet/ip.c
planted capture/frame/dedupe.c '#include "capture/facts/rule.h"' capture/frame/dedupe.c
planted capture/observe/device.c '#include "capture/analysis/analysis.h"' 'layer broken'
planted capture/rules/ses.c '#include "capture/observe/observe_internal.h"' 'the inside of another room'
planted agents/acs/session.c '#include "agents/cpe/rpc/rpc.h"' agents/acs/session.c
planted agents/cpe/model/model.c '#include "agents/cpe/device/cpe.h"' agents/cpe/model/model.c
planted lab/plan/plan.c '#include "lab/kernel/nl.h"' lab/plan/plan.c
planted lab/look/look.c '#include "capture/stream/tcp.h"' lab/look/look.c
planted lib/base/map.c '#include "lib/proto/http.h"' lib/base/map.c
planted lib/base/map.c '#include "lib/program/log.h"' lib/base/map.c
planted lib/proto/url.c '#include <uv.h>' 'library in the wrong layer'
planted capture/new/thing.c '#include "lib/base/str.h"' 'a room without a row'

for i in $(seq $((40 - $(find "$copy/lib/proto" -maxdepth 1 -type f | wc -l)))); do
	echo >"$copy/lib/proto/more_$i.h"
done
"$lint" "$copy" || complain 'a room of 40 files is none'
planted lib/proto/one_more.h '' 'more than 40 files: lib/proto'
exit $status
