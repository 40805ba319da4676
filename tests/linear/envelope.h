/* What each message of CWMP stands in. */
#pragma once

#define CWMP_OPEN                                                            \
	"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" " \
	"xmlns:w=\"urn:dslforum-org:cwmp-1-0\">"                             \
	"<s:Header><w:ID s:mustUnderstand=\"1\">1</w:ID></s:Header><s:Body>"
#define CWMP_CLOSE "</s:Body></s:Envelope>"
