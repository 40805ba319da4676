/* How the reading of a file ends before the file does. */
#include "capture/file/capfile_internal.h"

int capfile_cut(struct capfile *file, uint64_t offset)
{
	file->counts.is_truncated = true;
	file->counts.truncated_at = offset;
	return 0;
}

int capfile_damaged(struct capfile *file, uint64_t offset, const char *what,
    struct error *err)
{
	if (file->counts.frames == 0)
		return error_set_at(err, ERR_MALFORMED, (size_t)offset,
		    "%s: damaged at byte %llu: %s", file->path,
		    (unsigned long long)offset, what);
	file->counts.damage = what;
	return capfile_cut(file, offset);
}
