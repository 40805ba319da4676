#!/usr/bin/env bash
# CWMP sessions per CPU-second of CPEs and ACS together, against nginx and wrk exchanging
# the same four POSTs on a new connection, over http and over https with full handshakes; what
# the CPEs take beside wrk, what resuming TLS saves, and the kernel's share (bench_floor).
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need nginx
need wrk
need openssl
seconds=${1:-8}
cpes=${2:-64} # that talk all the time, as the connections of wrk do
floor=${FLOOR:-$source_dir/build/bench_floor}

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=IP:127.0.0.1,DNS:localhost \
	-keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null

# Bodies as long as ours: Inform and InformResponse, empty POST and GetParameterValues, its
# response and SetParameterValues, its response and an empty 204.
requests=(3400 0 900 700)
responses=(700 900 1100 0)

peer_config() {
	local i

	cat <<-EOT
	daemon off; worker_processes 1; pid $work/nginx.pid; error_log $work/nginx.log;
	events { worker_connections 1024; }
	http {
	  access_log off; keepalive_requests 4; keepalive_timeout 5;
	  client_body_temp_path $work/b; proxy_temp_path $work/p; fastcgi_temp_path $work/f;
	  uwsgi_temp_path $work/u; scgi_temp_path $work/s;
	  ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem;
	  ssl_session_cache off; ssl_session_tickets off; ssl_protocols TLSv1.3;
	  server {
	    listen 127.0.0.1:18080; listen 127.0.0.1:18443 ssl;
	EOT
	for i in 0 1 2 3; do
		if [ "${responses[i]}" -gt 0 ]; then
			echo "location = /$i { return 200 '$(printf "%${responses[i]}s" | tr ' ' x)'; }"
		else
			echo "location = /$i { return 204; }"
		fi
	done
	echo '} }'
}

peer_script() {
	echo 'local posts, at = {}, 0'
	echo 'function init() for i, n in ipairs({'"$(IFS=,; echo "${requests[*]}")"'}) do'
	echo ' posts[i] = wrk.format("POST", "/" .. (i - 1), {["Content-Type"] = "text/xml"},'
	echo ' string.rep("x", n)) end end'
	echo 'function request() at = at % 4 + 1 return posts[at] end'
}

# Each way to measure leaves the microseconds of CPU that a session took the client and the
# server in $client_us and $server_us.
client_us=0 server_us=0

# per_session SESSIONS CLIENT_MS SERVER_MS
per_session() {
	client_us=$((${2} * 1000 / $1)) server_us=$((${3} * 1000 / $1))
}

# per_cpu_second: sessions of both.
per_cpu_second() {
	echo $((1000000 / (client_us + server_us)))
}

# peer SCHEME PORT: nginx and wrk.
peer() {
	local before after wrk_ms posts

	before=$(cpu_ms "$worker")
	wrk_ms=$(cpu_of wrk -t1 -c32 -d"$seconds" -s "$work/posts.lua" "$1://127.0.0.1:$2")
	after=$(cpu_ms "$worker")
	posts=$(awk '/requests in/ {print $1}' "$work/output")
	per_session $((posts / 4)) "$wrk_ms" $((after - before))
}

peer_config >"$work/nginx.conf"
peer_script >"$work/posts.lua"
nginx -c "$work/nginx.conf" -e "$work/nginx.log" -p "$work" &
pids+=($!)
nginx_pid=$!
has_worker() {
	worker=$(pgrep -P "$nginx_pid") && [ -n "$worker" ]
}
until_true 5 has_worker

cat >"$work/policy.yaml" <<'EOT'
rules:
  - on: [any]
    steps:
      - get: [ManagementServer.URL]
      - set: {ManagementServer.PeriodicInformInterval: {type: unsignedInt, value: 3600}}
EOT

# A CPE that speaks no newer TLS than 1.2.
sed 's/^name: .*/name: generic-12/' "$source_dir/topologies/models/generic-181.yaml" \
	>"$work/generic-12.yaml"
echo 'tls: {max: "1.2"}' >>"$work/generic-12.yaml"

sessions_of() {
	grep -c '"session-end"' "$1" || true
}

# ours SCHEME PORT [OPTION...]: "cwmplab acs" and "cwmplab load", with the options of the latter.
# More sessions are offered than go, so that a CPE begins one when the one before is over.
ours() {
	local url=$1://127.0.0.1:$2/cwmp rate=20000 tls=() trust=() acs cpe before after first last

	if [ "$1" = https ]; then
		tls=(--tls-cert "$work/cert.pem" --tls-key "$work/key.pem" --tls-tickets)
		trust=(--ca "$work/cert.pem") rate=8000
	fi
	"$cwmplab" acs --listen "127.0.0.1:$2" --url "$url" --auth none "${tls[@]}" \
		--policy "$work/policy.yaml" >"$work/acs.events" 2>"$work/acs.log" &
	acs=$!
	pids+=("$acs")
	until_true 5 grep -q '"ready"' "$work/acs.events"
	"$cwmplab" load --acs "$url" "${trust[@]}" "${@:3}" --cpes "$cpes" --rate "$rate/s" \
		--duration "$((seconds + 60))s" --quiet >"$work/load.out" 2>"$work/load.log" &
	cpe=$!
	pids+=("$cpe")
	# Each CPE has had a session, and a ticket.
	warm() { [ "$(sessions_of "$work/acs.events")" -ge $((cpes * 4)) ]; }
	until_true 30 warm
	before=("$(cpu_ms "$cpe")" "$(cpu_ms "$acs")")
	first=$(sessions_of "$work/acs.events")
	until_true "$seconds" false || true
	last=$(sessions_of "$work/acs.events")
	after=("$(cpu_ms "$cpe")" "$(cpu_ms "$acs")")
	kill "$cpe" "$acs"
	wait "$cpe" "$acs" 2>/dev/null || true
	per_session $((last - first)) $((after[0] - before[0])) $((after[1] - before[1]))
}

# beside WHAT SCHEME PORT OUR_PORT GOAL [OPTION...]
beside() {
	local theirs wrk_us

	peer "$2" "$3"
	theirs=$(per_cpu_second) wrk_us=$client_us
	printf '%-34s wrk %d us, nginx %d us a session\n' "$1" "$client_us" "$server_us"
	ours "$2" "$4" "${@:6}"
	printf '%-34s CPE %d us, ACS %d us a session\n' "$1" "$client_us" "$server_us"
	row "$1, against nginx+wrk" "$(per_cpu_second) /CPU-s" "$theirs /CPU-s" \
		"$(ratio "$(per_cpu_second)" "$theirs")" "$5"
	[ "$2" = https ] || row "$1, CPE against wrk" "$client_us us" "$wrk_us us" \
		"$(ratio "$client_us" "$wrk_us")" "1.3 at most"
}

# resumed WHAT GOAL [OPTION...]: with tickets against without, in turns. A machine that is shared is
# not equally fast all the time, so that each turn is a ratio of its own, and their median counts.
resumed() {
	local turns=5 turn tls sessions=(0 0)

	: >"$work/full.figures"
	: >"$work/any.figures"
	: >"$work/ratio.figures"
	for ((turn = 0; turn < turns; turn++)); do
		for tls in full any; do
			ours https 17549 --tls "$tls" "${@:3}"
			per_cpu_second >>"$work/$tls.figures"
			sessions=("${sessions[1]}" "$(per_cpu_second)")
		done
		echo "$(ratio "${sessions[1]}" "${sessions[0]}")" >>"$work/ratio.figures"
	done
	row "$1" "$(median <"$work/any.figures") /CPU-s" "$(median <"$work/full.figures") /CPU-s" \
		"$(median <"$work/ratio.figures")" "$2"
}

[ ! -x "$floor" ] || printf '%-34s %s\n' "sessions, the kernel alone" "$("$floor" "$seconds" 32)"
beside "sessions, http" http 18080 17547 0.8
beside "sessions, https" https 18443 17548 1.0 --tls full
resumed "sessions, TLS 1.3, resumed" 1.5
resumed "sessions, TLS 1.2, resumed" 2.5 --model "$work/generic-12.yaml"
