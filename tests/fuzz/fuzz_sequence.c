/* A sequence file, any bytes. */
#include "lib/sequence/sequence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sequence *sequence = NULL;
	struct error err = ERROR_NULL;

	if (sequence_parse("fuzz.yaml", str_make(data, size), &sequence, &err) == 0)
		sequence_free(sequence);
	return 0;
}
