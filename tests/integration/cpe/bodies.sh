#!/usr/bin/env bash
# bodies.sh NOTED PREFIX: what the unit tests whose names begin so had a CPE or an ACS say is
# valid by the Broadband Forum's schema of its version. NOTED is where tests/support/noted.sh
# keeps it. 77: no schemas beside the project, or no xmllint.
set -u
noted=$1 prefix=$2
data=$CWMPLAB_SOURCE/../shared/data
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

mkdir "$work/xsd"
find "$noted" -path "$noted/$prefix*.xml" >"$work/bodies"
[ -s "$work/bodies" ] || { echo "no messages of $prefix* in $noted"; exit 1; }

[ -r "$data/bbf/cwmp-1-2.xsd" ] && [ -r "$data/xsd/env.xsd" ] || { echo "no schemas"; exit 77; }
command -v xmllint >/dev/null || { echo "no xmllint"; exit 77; }

# The envelope there has no Fault, which SOAP 1.1 (4.4) describes and TR-069 A6 3.5 narrows.
fault='<xs:element name="Fault"><xs:complexType><xs:sequence>
	<xs:element name="faultcode" type="xs:QName"/>
	<xs:element name="faultstring"><xs:simpleType><xs:restriction base="xs:string">
		<xs:enumeration value="CWMP fault"/></xs:restriction></xs:simpleType></xs:element>
	<xs:element name="detail"><xs:complexType><xs:sequence>
		<xs:any namespace="##other" processContents="strict"/>
	</xs:sequence></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element>'
while IFS= read -r line; do
	[ "$line" != "</xs:schema>" ] || printf '%s\n' "$fault"
	printf '%s\n' "$line"
done <"$data/xsd/env.xsd" >"$work/xsd/env.xsd"

# The schemas name one another by URLs.
cp "$data/xsd/enc.xsd" "$work/xsd/"
for version in 0 1 2; do
	sed -e 's#schemaLocation="http://schemas.xmlsoap.org/soap/envelope/"#schemaLocation="env.xsd"#' \
		-e 's#schemaLocation="http://schemas.xmlsoap.org/soap/encoding/"#schemaLocation="enc.xsd"#' \
		"$data/bbf/cwmp-1-$version.xsd" >"$work/xsd/cwmp-1-$version.xsd"
done

status=0
for ns in 1-0 1-1 1-2; do
	schema=$work/xsd/all-$ns.xsd
	cat >"$schema" <<-END
		<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
		<xs:import namespace="http://schemas.xmlsoap.org/soap/envelope/" schemaLocation="env.xsd"/>
		<xs:import namespace="http://schemas.xmlsoap.org/soap/encoding/" schemaLocation="enc.xsd"/>
		<xs:import namespace="urn:dslforum-org:cwmp-$ns" schemaLocation="cwmp-$ns.xsd"/>
		</xs:schema>
	END
	grep -F ".$ns.xml" "$work/bodies" | tr '\n' '\0' |
		xargs -0 -r xmllint --noout --nonet --schema "$schema" >"$work/found" 2>&1 || {
		grep -v ' validates$' "$work/found" | head -20
		status=1
	}
	echo "cwmp-$ns: $(grep -c ' validates$' "$work/found") answers valid"
done
exit $status
