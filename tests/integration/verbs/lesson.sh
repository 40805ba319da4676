#!/usr/bin/env bash
# lesson.sh: the lessons test themselves as an ordinary user; and what becomes of a student who stops and goes on, takes
# another one's answer, and edits the progress. All folders have blanks in their names.
. "$(dirname "$0")/../../support/ordinary.sh"
need dnsmasq curl nft openssl

export XDG_STATE_HOME="$dir/a state"
lab=lesson-1-ada$$
ada="$dir/a state/cwmplab/lessons/01-read-a-session@ada$$"
bob="$dir/a state/cwmplab/lessons/01-read-a-session@bob$$"
mkdir "$dir/a place"
TMPDIR="$dir/a place" "$CWMPLAB" lesson test --wait "${patience}s" >said 2>&1 || fails "the lessons: status $?"
cat said

# says STATUS WORDS ACTION...: it ends with that status and says the words.
says() {
	local want=$1 words=$2 got

	shift 2
	got=$("$CWMPLAB" lesson "$@" 2>&1)
	[ $? = "$want" ] || fails "lesson $*: not exit $want: $got"
	case $got in
	*"$words"*) ;;
	*) fails "lesson $*: \"$words\" is not in: $got" ;;
	esac
}

# ---- a lesson that is wrong does not pass ------------------------------------------------------
shipped=$CWMPLAB_SOURCE/topologies/lessons/01-read-a-session
for name in hint start; do
	cp -r "$shipped" $name
done
sed -i 's/hint: no-node/hint: find-fault/' hint/lesson.yaml
sed -i 's/message: GetParameterValuesResponse/message: Inform/; s/events: .6 CONNECTION REQUEST./events: [1 BOOT]/
	/says: .DeviceInfo.UpTime./d' start/lesson.yaml
says 2 "its scripts run as you" test hint start
"$CWMPLAB" lesson test hint start --trust >said 2>&1
[ $? = 1 ] || fails "lessons that are wrong pass"
grep -q 'the hint is "no-node", not "find-fault"' said || { fails "a wrong hint passes"; cat said; }
grep -q 'goal asked is reached before anything was done' said ||
	{ fails "a goal that is reached by starting passes"; cat said; }

# ---- the table of topics -----------------------------------------------------------------------
readme=$CWMPLAB_SOURCE/topologies/lessons/README.md
for folder in "$CWMPLAB_SOURCE"/topologies/lessons/*/; do
	name=$(basename "$folder")
	number=$(sed 's/^0*//; s/-.*//' <<<"$name")
	grep -q "^| $number | \[.*]($name/) |" "$readme" || fails "$name is not in the README"
	sed -n 's/^topics: \[\(.*\)\]$/\1/p' "$folder/lesson.yaml" | sed 's/, /\n/g' >topics
	while read -r topic; do
		grep -q "^| $topic |.* $number[ ,]" "$readme" || fails "$name: \"$topic\" is not in the README"
	done <topics
done

# ---- calls that cannot be --------------------------------------------------------------------
printf 'class: c\nsecret: a long sentence\nstudents: [ada%s, bob%s]\n' $$ $$ >class.yaml
says 2 'no lesson goes on' check
says 2 'lesson 1 was not begun' check --lesson 1
mkdir -p -m 700 "$XDG_STATE_HOME/cwmplab/lessons"
printf '{"lesson": "%s", "student": "ada"}' "$(readlink -f "$shipped")" >"$XDG_STATE_HOME/cwmplab/lessons/current.json"
says 2 'lesson 1 was not begun' check
rm "$XDG_STATE_HOME/cwmplab/lessons/current.json"
says 2 'no lesson is "99"' start 99
says 2 'no action of lesson is named "chek": did you mean "check"?' chek
says 2 '--wait is none of list' list --wait 1s
says 2 'is not in the class "c"' start 1 --student eve --class class.yaml
says 2 "lesson.yaml:1:1: error: \"title\" is missing" start "$(
	mkdir mine
	echo 'about: x' >mine/lesson.yaml
	echo mine
)"

# ---- bob's answer is bob's -------------------------------------------------------------------
says 0 'is up' start 1 --student bob$$ --class class.yaml
key=$(sed -n 's/.*parameter-key: "\(.*\)"/\1/p' "$bob/lab/policy.yaml" | head -n 1)
says 0 'ok  "' quiz key "$key"
says 0 'is as before' reset
says 0 'is up' start 1 --student ada$$ --class class.yaml
says 1 "it would be right for bob$$" quiz key "$key"

# ---- kept, and gone on with ------------------------------------------------------------------
key=$(sed -n 's/.*parameter-key: "\(.*\)"/\1/p' "$ada/lab/policy.yaml" | head -n 1)
says 0 'ok  "' quiz key "$key"
says 0 '(2 points)' hint
says 0 'was up' start
touch "$ada/starting"
says 0 'is up' start
says 0 'ok  key is reached' hint key
says 2 'no goal is named "kay"' hint kay
says 2 'and is none of this lesson' start 2 --lab "$lab"
says 1 '8 of 85 points' check
"$CWMPLAB" lesson check --json | grep -q '"next": "order"' || fails "check --json"
# On the page of its lab, too.
current=$XDG_STATE_HOME/cwmplab/lessons/current.json
mv "$current" away
"$CWMPLAB" web "$lab" >url 2>web.log &
page=$!
wait_until test -s url
url=$(cut -d' ' -f2 url)
# That none goes on is not for ever.
nothing() { [ "$(curl -s "${url}lesson")" = '{}' ]; }
wait_until nothing || fails "the page has a lesson where none goes on: $(curl -s "${url}lesson")"
mv away "$current"
task() { curl -s "${url}lesson" | grep -q '"task":"# Lesson 1'; }
wait_until task || fails "the page has no task: $(curl -s "${url}lesson") $(cat web.log)"
curl -s -H 'Content-Type: application/json' -d '{}' "${url}lesson/check" >said
grep -q '"points":8,.*"next":"order"' said || fails "the page checks otherwise: $(cat said)"
# Nobody pays for a hint on the page of another one's lab.
cp "$current" adas
sed "s/ada$$/bob$$/g" adas >"$current"
curl -s -H 'Content-Type: application/json' -d '{}' "${url}lesson/hint" >said
grep -q "the lab is called .*lesson-1-bob$$.*, not" said || fails "bob pays on the page of ada's lab: $(cat said)"
cp adas "$current"
[ "$(stat -c %a "$ada/progress.json")" = 600 ] || fails "others may read the progress"
"$CWMPLAB" down "$lab" >/dev/null || fails "down"
wait "$page" || fails "the page: status $?"
"$CWMPLAB" lesson quiz order right >/dev/null
says 1 '"right" is not it' check --lesson 1 --student ada$$ --class class.yaml
says 2 '"x" is none of the letters a to c' quiz order x
says 1 'a hint is there, for 3 of your points: cwmplab lesson hint frame' quiz frame 7
says 0 "the lab \"$lab\" is not up: \"cwmplab lesson start 1\" brings it up" quiz order
says 1 "\"cwmplab lesson start 1\" brings it up" check
"$CWMPLAB" lesson check --json | grep -q '"state": "not judged"' || fails "a lab that is down is judged"
says 0 'Read a session' list

# ---- results of a class ------------------------------------------------------------------------
cp "$ada/progress.json" ada.json
says 0 "8/85    1/6      1     2      3" report ada.json --class class.yaml
says 0 "key: the answer of bob$$" report . --class class.yaml
says 0 "ada$$,01-read-a-session,key,read,yes,10,10," report ada.json --class class.yaml --format csv
says 0 '<td class="good" title="' report ada.json --class class.yaml --format html
says 0 '"graded": true' report ada.json --class class.yaml --json
says 1 'not graded: ada.json: its signature is not that of its content' report ada.json
mkdir -p handed-in 01-read-a-session
cp ada.json handed-in
sed "s,01-read-a-session,$(readlink -f "$shipped")," ada.json >handed-in/far.json
head -c 1100000 /dev/zero >handed-in/large.json
sed 's/points: 30/points: 99/' "$shipped/lesson.yaml" >01-read-a-session/lesson.yaml
says 1 '8/85    1/6      1     2      3' report handed-in --class class.yaml
says 1 '01-read-a-session" is not there' report handed-in/far.json --class class.yaml
says 1 'large.json' report handed-in --class class.yaml

is_listed() {
	"$CWMPLAB" ls | grep -q "$1"
}

# ---- stopped before it was whole ----------------------------------------------------------------
cp -r "$shipped" slow
sed -i '1i prepare: sleep 1000' slow/lesson.yaml
"$CWMPLAB" lesson start slow --trust >said 2>&1 &
starter=$!
wait_until is_listed lesson-slow
says 2 "\"cwmplab lesson start\" of process $starter is at the lab of lesson slow" start slow --trust
says 2 "of process $starter is at the lab" reset --lesson slow
kill -TERM $starter
wait $starter
is_listed lesson-slow && fails "half a lab is left: $("$CWMPLAB" ls)"
grep -q 'is down again' said || { fails "nothing is said of a lab that was stopped"; cat said; }
says 1 '8 of 85 points' check

# ---- a disk that is full ------------------------------------------------------------------------
# Room for the files of the lab, and not for what it records; where the kernel gives us such a disk.
cat >full.sh <<'END'
mkdir small && mount -t tmpfs -o size=64k tmpfs small || exit 77
export XDG_STATE_HOME=$PWD/small
"$CWMPLAB" lesson start 1 >full 2>&1
[ $? = 3 ] && grep -q 'no space is left on the disk' full || {
	cat full
	"$CWMPLAB" down lesson-1
	exit 1
}
! "$CWMPLAB" ls | grep -q lesson-1
END
unshare -rm bash full.sh
case $? in
0) ;;
77) echo "skipped: a full disk" ;;
*) fails "a full disk is not told" ;;
esac

# ---- edited ------------------------------------------------------------------------------------
sed -i 's/"points": 8/"points": 80/' "$ada/progress.json"
says 1 'is not graded' check
says 0 'is as before' reset
says 1 '0 of 85 points' check
says 0 '"losses": 1' report --json
rm "$ada/progress.json"
says 2 'what was reached in lesson 1 is gone' check

# ---- the board of a class -----------------------------------------------------------------------
me=$(id -un)
printf 'class: c\nsecret: a long sentence\nstudents: [%s, bob]\n' "$me" >board.yaml
"$CWMPLAB" lesson serve "$dir/board" --class board.yaml >shown 2>&1 &
board=$!
wait_until test -S "$dir/board"
says 0 "\"student\": \"$me\"" start 1 --class "$dir/board" --json --student "$me"
says 1 "0 of 85 points" check
wait_until grep -q "^$me  *01-read-a-session  order" shown
says 0 "0/85    0/6" report
says 2 "this account is \"$me\", and nobody else" check --student bob
says 0 "0/85    0/6" report "$XDG_STATE_HOME/cwmplab/classes/c" --class board.yaml
kill -TERM $board
wait $board || fails "serve: status $?"
[ -e "$dir/board" ] && fails "the socket of a board is left"
says 1 "0 of 85 points" check
says 0 'is as before' reset
exit $status
