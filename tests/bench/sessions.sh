#!/usr/bin/env bash
# CWMP sessions per CPU-second of CPEs and ACS together, against nginx and wrk exchanging
# the same four POSTs on a new connection, over http and over https with full handshakes.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
need nginx
need wrk
need openssl
seconds=${1:-8}
cpes=${2:-400}

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

# peer SCHEME PORT: prints sessions per CPU-second of nginx and wrk.
peer() {
	local before after wrk_ms posts

	before=$(cpu_ms "$worker")
	wrk_ms=$(cpu_of wrk -t1 -c32 -d"$seconds" -s "$work/posts.lua" "$1://127.0.0.1:$2")
	after=$(cpu_ms "$worker")
	posts=$(awk '/requests in/ {print $1}' "$work/output")
	echo $((posts / 4 * 1000 / (after - before + wrk_ms)))
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
      - set: {ManagementServer.PeriodicInformInterval: {type: unsignedInt, value: 1}}
EOT

sessions_of() {
	grep -c '"session-end"' "$1" || true
}

# ours SCHEME PORT: the same of "cwmplab acs" and "cwmplab cpe", each CPE informing once a
# second.
ours() {
	local url=$1://127.0.0.1:$2/cwmp tls=() trust=() acs cpe before after first last

	if [ "$1" = https ]; then
		tls=(--tls-cert "$work/cert.pem" --tls-key "$work/key.pem")
		trust=(--ca "$work/cert.pem")
	fi
	"$cwmplab" acs --listen "127.0.0.1:$2" --url "$url" --auth none "${tls[@]}" \
		--policy "$work/policy.yaml" >"$work/acs.events" 2>"$work/acs.log" &
	acs=$!
	pids+=("$acs")
	until_true 5 grep -q '"ready"' "$work/acs.events"
	"$cwmplab" cpe --acs-url "$url" "${trust[@]}" --count "$cpes" --periodic-inform 1s \
		>"$work/cpe.events" 2>"$work/cpe.log" &
	cpe=$!
	pids+=("$cpe")
	warm() { [ "$(sessions_of "$work/acs.events")" -ge "$cpes" ]; }
	until_true 20 warm
	before=$(cpu_ms "$acs" "$cpe")
	first=$(sessions_of "$work/acs.events")
	until_true "$seconds" false || true
	last=$(sessions_of "$work/acs.events")
	after=$(cpu_ms "$acs" "$cpe")
	kill "$cpe" "$acs"
	wait "$cpe" "$acs" 2>/dev/null || true
	echo $(((last - first) * 1000 / (after - before)))
}

for scheme in http https; do
	if [ $scheme = http ]; then port=18080 our_port=17547 goal=0.4
	else port=18443 our_port=17548 goal=0.6; fi
	theirs=$(peer $scheme $port)
	mine=$(ours $scheme $our_port)
	row "sessions, $scheme, against nginx+wrk" "$mine /CPU-s" "$theirs /CPU-s" \
		"$(ratio "$mine" "$theirs")" $goal
done
