/* Links in words: what is read is written, and reads back to the same. */
#include "lib/base/compiler.h"
#include "lib/link/impair_text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct impair_change change = { 0 }, again = { 0 };
	struct impair_link link = { 0 }, same = { 0 };
	struct impair_mistake mistake = { 0 };
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL;
	char why[160];

	if (impair_read(str_make(data, size), &change, &mistake, &err) < 0) {
		if (mistake.at + mistake.len > size)
			abort();
		return 0;
	}
	impair_apply(&link, &change);
	(void)impair_link_conflict(&link, why, sizeof(why));
	if (impair_link_is_none(&link))
		return 0;
	impair_write(&text, &link);
	/* Both ways with all keys may be more than one text may have. */
	if (text.len <= IMPAIR_TEXT_MAX &&
	    impair_read(buf_str(&text), &again, NULL, NULL) < 0)
		abort();
	impair_apply(&same, &again);
	for (int way = 0; way < IMPAIR_WAYS && text.len <= IMPAIR_TEXT_MAX; way++) {
		if (!impair_is_same(&link.way[way], &same.way[way]))
			abort();
	}
	return 0;
}
