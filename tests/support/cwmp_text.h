/* CWMP messages as text, for tests that speak to programs and share no code with them. */
#pragma once

#define ENVELOPE(id, body)                                                         \
	"<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" " \
	"xmlns:cwmp=\"urn:dslforum-org:cwmp-1-0\" "                                \
	"xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "                          \
	"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "                 \
	"xmlns:enc=\"http://schemas.xmlsoap.org/soap/encoding/\">"                 \
	"<soap:Header><cwmp:ID soap:mustUnderstand=\"1\">" id                      \
	"</cwmp:ID></soap:Header><soap:Body>" body "</soap:Body></soap:Envelope>"

#define PARAMETER(name, value)                                              \
	"<ParameterValueStruct><Name>InternetGatewayDevice." name "</Name>" \
	"<Value xsi:type=\"xsd:string\">" value "</Value></ParameterValueStruct>"

/* The Inform of the CPE 0000C1-Box-serial, with the event 2 PERIODIC. */
#define INFORM(serial, retries)                                                         \
	ENVELOPE("1",                                                                   \
	    "<cwmp:Inform><DeviceId><Manufacturer>Example</Manufacturer>"               \
	    "<OUI>0000C1</OUI><ProductClass>Box</ProductClass>"                         \
	    "<SerialNumber>" serial "</SerialNumber></DeviceId>"                        \
	    "<Event enc:arrayType=\"cwmp:EventStruct[1]\"><EventStruct>"                \
	    "<EventCode>2 PERIODIC</EventCode><CommandKey></CommandKey></EventStruct>"  \
	    "</Event><MaxEnvelopes>1</MaxEnvelopes>"                                    \
	    "<CurrentTime>2026-11-23T10:31:07Z</CurrentTime>"                           \
	    "<RetryCount>" retries "</RetryCount>"                                      \
	    "<ParameterList enc:arrayType=\"cwmp:ParameterValueStruct[7]\">" PARAMETER( \
		"DeviceSummary", "InternetGatewayDevice:1.0[](Baseline:1)")             \
		PARAMETER("DeviceInfo.SpecVersion", "1.0")                              \
		    PARAMETER("DeviceInfo.HardwareVersion", "1")                        \
			PARAMETER("DeviceInfo.SoftwareVersion", "1")                    \
			    PARAMETER("DeviceInfo.ProvisioningCode", "")                \
				PARAMETER("ManagementServer.ConnectionRequestURL",      \
				    "http://127.0.0.1:1/c")                             \
				    PARAMETER("ManagementServer.ParameterKey",          \
					"") "</ParameterList></cwmp:Inform>")

#define INFORM_RESPONSE(id)                                 \
	ENVELOPE(id, "<cwmp:InformResponse><MaxEnvelopes>1" \
		     "</MaxEnvelopes></cwmp:InformResponse>")
