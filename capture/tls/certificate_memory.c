#include "capture/tls/certificate_memory.h"

#include "capture/tls/certificate.h"
#include "lib/base/siphash.h"

#include <stdlib.h>
#include <string.h>

static bool is_it(const struct certificate_remembered *place, struct str der)
{
	return place->der && place->len == der.len &&
	       memcmp(place->der, der.p, der.len) == 0;
}

/* Without memory for it the text stands there all the same, for this once. */
static void keep(struct certificate_remembered *place, struct str der)
{
	free(place->der);
	place->der = der.len <= CERTIFICATE_REMEMBERED_MAX ? malloc(der.len) : NULL;
	place->len = der.len;
	if (place->der)
		memcpy(place->der, der.p, der.len);
}

const char *certificate_recall(struct certificate_memory *memory, struct str der)
{
	uint64_t hash = siphash13(memory->seed, 0, der.p, der.len);
	struct certificate_remembered *place =
	    &memory->places[hash % CERTIFICATES_REMEMBERED];
	char text[CERTIFICATE_TEXT_MAX];

	if (is_it(place, der))
		return place->text;
	if (!certificate_text(der, text, sizeof(text)))
		return NULL;
	memcpy(place->text, text, sizeof(text));
	keep(place, der);
	return place->text;
}

void certificate_memory_free(struct certificate_memory *memory)
{
	for (size_t i = 0; i < CERTIFICATES_REMEMBERED; i++)
		free(memory->places[i].der);
}
