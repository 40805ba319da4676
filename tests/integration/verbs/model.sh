#!/usr/bin/env bash
# model.sh CWMPLAB SOURCE: dumps become models and dumps again, mistakes and deviations are told,
# and nothing is imported by half.
set -u
cwmplab=$1 source=$2
xml=$source/tests/unit/model
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
status=0
unset CWMPLAB_BBF

complain() {
	printf '%s\n' "$*"
	status=1
}

# returns STATUS WORDS ARGUMENT...: the call ends so, and says these words.
returns() {
	local want=$1 words=$2 got
	shift 2
	"$cwmplab" model "$@" >out 2>&1
	got=$?
	[ $got = "$want" ] || complain "model $*: exit $got, not $want: $(cat out)"
	grep -qF -- "$words" out || complain "model $*: no \"$words\" in: $(cat out)"
}

cat >box.csv <<'CSV'
Parameter,Object,Writable,Value,Value type
Device,true,false,,
Device.DeviceInfo,true,false,,
Device.DeviceInfo.Manufacturer,false,false,Lab,xsd:string
Device.DeviceInfo.ManufacturerOUI,false,false,020000,xsd:string
Device.DeviceInfo.ProductClass,false,false,Box,xsd:string
Device.DeviceInfo.SerialNumber,false,false,B1,xsd:string
Device.ManagementServer,true,false,,
Device.ManagementServer.Password,false,true,hunter2,xsd:string
Device.ManagementServer.URL,false,true,http://acs.lab/,xsd:string
Device.Port,true,true,,
Device.Port.1,true,true,,
Device.Port.1.Enable,false,true,true,xsd:boolean
Device.Port.1.Status,false,false,Up,xsd:string
Device.Port.2,true,true,,
Device.Port.2.Enable,false,true,false,xsd:boolean
Device.Port.2.Status,false,false,Down,xsd:string
Device.PortNumberOfEntries,false,false,2,xsd:unsignedInt
CSV

# There and back again.
returns 0 'ok  box.yaml: 11 parameters of 9 templates in 4 objects, 2 instances' import box.csv -o box.yaml
returns 0 '1 value of passwords and keys dropped' import box.csv -o box.yaml
returns 0 'Device.Port.2.Enable,false,true,false' export box.yaml --to csv
"$cwmplab" model export box.yaml | tr -d '\r' | diff <(sed 's/hunter2//' box.csv) - ||
	complain "the export is not what was imported"
returns 0 'ok  again.yaml' import box.csv -o again.yaml --keep-secrets --name box
"$cwmplab" model export again.yaml | tr -d '\r' | diff box.csv - ||
	complain "the export is not what was imported with its secrets"
"$cwmplab" model export again.yaml --to yaml | diff again.yaml - ||
	complain "laid out anew it is another file"

# Mistakes, all at once, and nothing comes of them.
printf 'Parameter,Object,Writable,Value,Value type\nDevice.A,no,false,1,\nDevice..B,false,false,,\n' >wrong.csv
cp box.yaml kept.yaml
returns 2 'wrong.csv:2:10: error: "Object" is "no"; true or false is wanted' \
	import wrong.csv -o box.yaml
returns 2 'wrong.csv:3:8: error: a name has no empty parts' import wrong.csv -o new.yaml
cmp -s box.yaml kept.yaml || complain "a wrong import changed the model"
[ ! -e new.yaml ] || complain "a wrong import left a model"
returns 2 'cannot be opened' import nowhere.csv -o new.yaml
returns 2 'no kind of file is named "cvs"' import box.csv --from cvs
returns 2 'only of XML there may be several files' import box.csv box.csv
returns 2 'is a folder' import .
returns 2 'no action of model is named "imprt"' imprt box.csv
returns 2 'no format is named "xml"' export box.yaml --to xml
returns 2 'box.csv:' export box.csv
returns 3 'No space left on device' import box.csv -o /dev/full
[ -z "$(ls ./*partial* 2>/dev/null)" ] || complain "temporary files are left: $(ls)"

# Data models.
returns 0 'ok  port.yaml: 9 parameters in 5 objects' \
	import "$xml/device.xml" --profile Port:2 -o port.yaml
returns 2 'has no profile "Port:7"' import "$xml/device.xml" --profile Port:7
returns 2 '--profile NAME or --subtree OBJECT chooses' import "$xml/device.xml"
returns 0 'Device.Services.BellService.{i}.:' import "$xml/device.xml" "$xml/service.xml" \
	--profile Port:1 --subtree BellService.{i}.
printf '<a' >cut.xml
returns 2 'cut.xml:1:' import cut.xml --from xml --profile Port:1

# Deviations.
returns 2 '--against PATH, or CWMPLAB_BBF' check box.yaml
returns 1 'FAILED  box.yaml: 2 deviations; 9 parameters in 4 objects judged' \
	check box.yaml --against "$xml/device.xml"
returns 1 'box.yaml:17:5: range: Device.ManagementServer.URL takes texts of any length' \
	check box.yaml --against "$xml/device.xml"
sed -i -E 's/(URL|Password): \{/&max: 256, /' box.yaml
CWMPLAB_BBF=$xml returns 0 'ok  box.yaml: no deviation; 9 parameters' check box.yaml
CWMPLAB_BBF=$xml returns 1 'Stats. is missing; Port:2 demands it' \
	check box.yaml --profile Port:2
CWMPLAB_BBF=$xml returns 1 '"kind": "profile"' check box.yaml --profile Port:2 --json
returns 2 'no file in it ends in .xml' check box.yaml --against /
exit $status
