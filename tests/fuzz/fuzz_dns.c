/* One DNS message, any bytes. */
#include "capture/message/dns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_message message;

	(void)dns_parse(&message, str_make(data, size), NULL);
	return 0;
}
