#!/usr/bin/env bash
# layers.sh [TREE]: who may include whom. A row a room: the folder, the rooms or headers
# that its #include lines may name beside its own, and the outside libraries. A room may
# use the rooms below it and nothing above: the rows stand from the floor up. A header
# stands for itself, a folder for all of its headers but the internal ones; "lib" is
# all of lib/. Everything is rooted at the repository. A room of more than 40 files is no
# room any more: a stranger finds nothing in it.
set -u
cd "${1:-$(dirname "$0")/../..}" || exit 1

# folder | may include | libraries
rows='
lib/base | |
lib/conf | lib/base | yaml\.h
lib/program | lib/base lib/conf |
lib/proto | lib/base |
lib/xml | lib/base | libxml/
lib/cwmp | lib/base lib/proto lib/xml |
lib/quirk | lib/base lib/conf lib/cwmp |
lib/sequence | lib/base lib/conf lib/program lib/proto lib/cwmp |
lib/load | lib/base lib/conf lib/program lib/proto lib/cwmp lib/quirk | zlib
lib/load/report | lib/base lib/conf lib/program lib/cwmp lib/load |
lib/link | lib/base lib/conf |
lib/relay | lib/base lib/proto |
lib/console/live | lib/base |
lib/console/vlan | lib/base |
lib/console/route | lib/base |
lib/console | lib/base lib/proto lib/console/live lib/console/vlan lib/console/route |
lib/console/vty | lib/base lib/console lib/console/live |

agents/common/tell | lib |
agents/common/dial | lib |
agents/common/poll | lib | uv\.h
agents/common/tls | lib | openssl/
agents/common | lib agents/common/tell agents/common/poll agents/common/tls | uv\.h|openssl/
agents/common/route | |
agents/common/resolve | lib agents/common | uv\.h|ares
agents/common/daemon | lib agents/common | uv\.h
agents/common/frames | lib agents/common agents/common/poll | uv\.h
agents/play | lib agents/common | uv\.h
agents/pki | lib agents/common | openssl/
agents/lessor | lib agents/common | uv\.h
agents/dhcp | lib agents/common agents/common/daemon agents/lessor | uv\.h
agents/relay | lib agents/common agents/common/daemon agents/common/route | uv\.h
agents/snoop | lib agents/common agents/common/daemon | uv\.h
agents/acs/policy | lib |
agents/acs/gate | lib agents/common |
agents/acs/files | lib agents/common agents/acs/gate |
agents/acs/reach | lib agents/common | uv\.h
agents/acs/scene | lib agents/acs/policy |
agents/acs/order | lib agents/common | uv\.h
agents/acs/tasks | lib agents/acs/policy | sqlite3
agents/acs | lib agents/common agents/play agents/acs/policy agents/acs/scene agents/acs/gate agents/acs/files agents/acs/reach agents/acs/order agents/acs/tasks | uv\.h|sqlite3
agents/cpe/store | lib |
agents/cpe/wheel | lib |
agents/cpe/jobs | lib agents/cpe/store |
agents/cpe/model | lib |
agents/cpe/diag | lib agents/cpe/model |
agents/cpe/rpc | lib agents/cpe/model agents/cpe/jobs agents/cpe/diag |
agents/cpe/place | lib agents/common agents/common/dial agents/common/route |
agents/cpe/ports | lib agents/common agents/common/poll agents/common/frames agents/common/route agents/cpe/model agents/cpe/place | uv\.h
agents/cpe/dhcp | lib agents/common agents/common/resolve agents/cpe/place | uv\.h
agents/cpe/dhcp6 | lib agents/common agents/common/dial agents/cpe/place | uv\.h
agents/cpe/reach | lib agents/common agents/common/resolve agents/cpe/place | uv\.h
agents/cpe/session | lib agents/cpe/model agents/cpe/jobs agents/cpe/rpc |
agents/cpe/transfer | lib agents/common agents/common/dial agents/cpe/place agents/cpe/dhcp | uv\.h
agents/cpe/talk | lib agents/common agents/common/dial agents/common/resolve agents/cpe/rpc agents/cpe/place agents/cpe/dhcp agents/cpe/session | uv\.h
agents/cpe/units | lib agents/common agents/cpe/model agents/cpe/jobs agents/cpe/transfer |
agents/cpe/probe | lib agents/common agents/common/resolve agents/cpe/model agents/cpe/diag agents/cpe/place agents/cpe/dhcp agents/cpe/transfer | uv\.h
agents/cpe/device | lib agents/common agents/common/poll agents/cpe/store agents/cpe/wheel agents/cpe/jobs agents/cpe/model agents/cpe/diag agents/cpe/rpc agents/cpe/place agents/cpe/ports agents/cpe/dhcp agents/cpe/dhcp6 agents/cpe/reach agents/cpe/session agents/cpe/transfer agents/cpe/units agents/cpe/talk agents/cpe/probe | uv\.h
agents/cpe/load | lib agents/common agents/cpe/device agents/cpe/place agents/cpe/session | uv\.h
agents/cpe/console | lib agents/common agents/lessor agents/cpe/model agents/cpe/place agents/cpe/ports agents/cpe/dhcp agents/cpe/diag agents/cpe/probe agents/cpe/talk agents/cpe/device | uv\.h
agents/cpe | lib agents/common agents/play agents/cpe/device agents/cpe/load agents/cpe/console agents/cpe/model | uv\.h

capture/frame | lib |
capture/file | lib capture/frame | pcap|zlib
capture/packet | lib capture/frame |
capture/stream | lib capture/frame capture/packet |
capture/tls | lib capture/frame capture/stream | openssl/
capture/message | lib capture/frame capture/stream | zlib
capture/text | lib capture/frame capture/file capture/stream | yaml\.h
capture | lib capture/frame capture/file capture/packet capture/stream capture/tls capture/text |
capture/record | lib capture/frame capture/stream capture/tls capture/message | openssl/
capture/observe | lib capture capture/frame capture/stream capture/tls capture/message capture/record |
capture/facts | lib capture/frame capture/message capture/record capture/observe |
capture/rules | lib capture/frame capture/message capture/record capture/observe capture/facts |
capture/sequence | lib capture/frame capture/message capture/record capture/observe capture/facts capture/rules capture/tls |
capture/analysis | lib capture capture/frame capture/message capture/record capture/observe capture/facts capture/rules capture/sequence capture/tls |
capture/report | lib capture/frame capture/facts capture/rules capture/sequence capture/analysis |
capture/extract | lib capture/frame capture/file capture/packet capture/stream capture/analysis | pcap
capture/live | lib capture/frame capture/file capture/tls | pcap
agents/record | lib agents/common capture/frame capture/file capture/live capture/tls | uv\.h
agents/link | lib agents/common agents/common/daemon agents/common/poll agents/common/frames agents/common/route | uv\.h
agents/router | lib agents/common agents/common/daemon | uv\.h

lab/term | lib | ncurses
lab/topology | lib |
lab/graph | lib lab/topology |
lab/plan | lib lab/topology |
lab/kernel | lib lab/plan | netlink/
lab/channel | lib | jansson\.h
lab/launch | lib lab/kernel lab/plan lab/topology agents/pki agents/common agents/cpe/model/model.h |
lab/change | lib lab/topology lab/plan lab/kernel lab/launch |
lab/supervisor | lib lab/term lab/topology lab/plan lab/kernel lab/channel lab/launch lab/change | jansson\.h
lab/expect | lib CAPTURE lab/topology lab/plan lab/channel lab/kernel lab/supervisor agents/common/route | jansson\.h
lab/run | lib CAPTURE lab/expect lab/term lab/topology lab/graph lab/plan lab/kernel lab/channel lab/launch lab/supervisor agents/acs/policy/policy.h agents/acs/reach/call_list.h agents/cpe/model/model.h agents/cpe/load/load.h | jansson\.h
lab/look | lib CAPTURE lab/term lab/channel lab/kernel lab/supervisor lab/run | jansson\.h
lab/model | lib CAPTURE agents/cpe/model |
lab/browse | lib CAPTURE lab/term | ncurses
lab/load | lib lab/term agents/cpe/load/load.h | ncurses
lab/play | lib lab/channel agents/acs/policy/rpc.h | jansson\.h
lab/console | lib lab/channel lab/play | jansson\.h|histedit\.h
lab/opt43 | lib |
lab/lesson | lib CAPTURE lab/topology lab/expect lab/opt43 | jansson\.h|openssl/
lab/course | lib CAPTURE lab/term lab/topology lab/channel lab/expect lab/run lab/lesson | jansson\.h
lab/web | lib lab/channel lab/launch agents/common | uv\.h|jansson\.h
lab/verbs | lib CAPTURE lab agents/acs/policy/policy.h agents/acs/policy/rpc.h agents/acs/config.h agents/cpe/model/model.h agents/cpe/device/config.h agents/cpe/load/load.h agents/cpe/load/load_agent.h agents/dhcp/config.h agents/relay/relay_conf.h agents/record/record_conf.h agents/link/link_conf.h agents/router/router_conf.h agents/snoop/snoop_conf.h | jansson\.h|ncurses
lab/complete | lib CAPTURE lab/channel lab/course lab/look lab/verbs agents/acs/policy/rpc.h |
lab | lib lab/term lab/verbs lab/complete agents/acs/acs.h agents/cpe/agent.h agents/cpe/load/load_agent.h agents/dhcp/dhcpd.h agents/record/record.h agents/link/linkd.h agents/relay/relayd.h agents/router/routerd.h agents/snoop/snoopd.h |
'
# The contract of capture/: all that lab/ may include of it.
contract='capture/decoder.h capture/frame/frame.h capture/analysis/analysis.h
capture/analysis/filter.h capture/rules/catalogue.h capture/facts/rule.h
capture/facts/finding.h capture/facts/rule_options.h
capture/sequence/sequence_result.h capture/report/ladder.h capture/report/ladder_lines.h capture/report/ladder_crowd.h capture/report/ndjson.h
capture/report/format.h capture/report/report_html.h capture/report/junit.h capture/report/stats.h capture/report/tables.h
capture/extract/extract.h capture/live/live.h capture/live/live_source.h
capture/live/port.h capture/live/hold.h capture/live/privileges.h'

# One program looks at all lines, since the tree is looked at often: a process for each room
# and question took a hundred times as long as the reading.
{
	printf '%s\n== includes\n' "$rows"
	grep -rnE --include='*.[ch]' '^#[[:space:]]*include' lib agents capture lab
	printf '== folders\n'
	find lib agents capture lab -name '*.[ch]' -printf '%h\n' | sort -u
	printf '== files\n'
	find lib agents capture lab -type f -printf '%h\n' | sort | uniq -c
} | awk -v contract="$contract" '
	function complain(what, where) {
		print what ": " where
		failed = 1
	}
	function allow(room, word,    i, n, parts) {
		if (word == "lib") {
			n = split("base conf program proto xml cwmp quirk sequence load load/report link relay console/live console/vlan console/route console console/vty", parts, " ")
			for (i = 1; i <= n; i++)
				may[room, "lib/" parts[i]] = 1
		} else if (word == "lab") {
			may_lab[room] = 1
		} else if (word == "CAPTURE") {
			n = split(contract, parts, /[ \n]+/)
			for (i = 1; i <= n; i++)
				may[room, parts[i]] = 1
		} else {
			may[room, word] = 1
		}
	}
	function folder_of(path) {
		return path ~ /\// ? substr(path, 1, match(path, /\/[^\/]*$/) - 1) : ""
	}
	function is_allowed(room, header,    folder) {
		folder = folder_of(header)
		return folder == room || (room, folder) in may || (room, header) in may ||
			(may_lab[room] && folder ~ /^lab\/[a-z0-9]+$/)
	}
	/^== / { part = $2; next }
	part == "" {
		if (split($0, column, "|") < 3)
			next
		room = column[1]
		gsub(/ /, "", room)
		rooms[room] = 1
		n = split(column[2], words, " ")
		for (i = 1; i <= n; i++)
			allow(room, words[i])
		libraries[room] = $0
		sub(/^[^|]*\|[^|]*\|/, "", libraries[room])
		gsub(/^ +| +$/, "", libraries[room])
		next
	}
	part == "folders" {
		if (!($0 in rooms))
			complain("a room without a row", $0)
		has_sources[$0] = 1
		next
	}
	part == "files" {
		if ($1 > 40)
			complain("more than 40 files", $2)
		next
	}
	{
		room = folder_of(substr($0, 1, index($0, ":") - 1))
		if (!(room in rooms) || !match($0, /include[ \t]*["<][^">]*/))
			next
		name = substr($0, RSTART, RLENGTH)
		sub(/^include[ \t]*/, "", name)
		header = substr(name, 2)
	}
	name ~ /^"/ && !is_allowed(room, header) { complain("layer broken", $0) }
	name ~ /^".*_internal\.h$/ && folder_of(header) != room {
		complain("the inside of another room", $0)
	}
	name ~ /^<(uv\.h|openssl\/|pcap|netlink\/|libxml\/|yaml\.h|jansson\.h|ares|sqlite3|zlib|ncurses|histedit)/ {
		if (libraries[room] == "" || header !~ "^(" libraries[room] ")")
			complain("library in the wrong layer", $0)
	}
	END {
		for (room in rooms) {
			if (!(room in has_sources))
				complain("a row without a room", room)
		}
		exit failed
	}'
