#include "agents/cpe/store/state_record.h"

#include "lib/base/siphash.h"
#include "lib/base/text.h"

#include <inttypes.h>
#include <stdio.h>

uint32_t state_checksum(struct str state)
{
	return (uint32_t)siphash13(0, 0, state.p, state.len);
}

bool state_key_is_good(struct str key)
{
	for (size_t i = 0; i < key.len; i++) {
		if ((unsigned char)key.p[i] <= ' ' || key.p[i] == 0x7f)
			return false;
	}
	return key.len > 0 && key.len <= STATE_KEY_MAX;
}

/* Of a change: of its bytes, and of the numbers before them. */
static uint32_t sum_of(const struct state_record *change)
{
	char text[96];
	int len = snprintf(text, sizeof(text), "%zu %zu %zu %08" PRIx32,
	    change->bytes.len, change->head, change->tail, change->whole_sum);

	return state_checksum(str_make(text, (size_t)len)) ^
	       state_checksum(change->bytes);
}

/* ---- writing ------------------------------------------------------------------------ */

struct state_record state_record_of(struct str key, struct str whole, struct str state)
{
	struct state_record record = { .key = key,
		.bytes = state,
		.sum = state_checksum(state) };
	size_t most = MIN(whole.len, state.len), head = 0, tail = 0;

	while (head < most && whole.p[head] == state.p[head])
		head++;
	while (tail < most - head &&
	       whole.p[whole.len - 1 - tail] == state.p[state.len - 1 - tail])
		tail++;
	if (state.len < STATE_CHANGE_MIN || state.len - head - tail >= state.len / 2)
		return record;
	return (struct state_record){
		.key = key,
		.is_change = true,
		.bytes = str_make(state.p + head, state.len - head - tail),
		.head = head,
		.tail = tail,
		.whole_sum = state_checksum(whole),
	};
}

void state_record_write(struct buf *out, const struct state_record *record)
{
	if (record->is_change)
		buf_printf(out, "+%.*s %zu %zu %zu %08" PRIx32 " %08" PRIx32 "\n",
		    STR_ARG(record->key), record->bytes.len, record->head, record->tail,
		    record->whole_sum, sum_of(record));
	else
		buf_printf(out, "@%.*s %zu %08" PRIx32 "\n", STR_ARG(record->key),
		    record->bytes.len, record->sum);
	buf_append_str(out, record->bytes);
	buf_append_char(out, '\n');
}

/* ---- reading ------------------------------------------------------------------------ */

static bool take_number(struct str *line, uint64_t *ret)
{
	struct str word = str_cut(*line, ' ', line);

	return str_to_u64(word, STATE_LOG_STATE_MAX, ret) == 0;
}

static bool take_sum(struct str *line, uint32_t *ret)
{
	struct str word = str_cut(*line, ' ', line);
	uint8_t bytes[4];

	if (word.len != 8 || hex_parse(word, bytes, sizeof(bytes)) != 4)
		return false;
	*ret = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	       (uint32_t)bytes[2] << 8 | bytes[3];
	return true;
}

/* The line before the bytes. *ret_len: how many those are. */
static bool read_head(struct str line, struct state_record *ret, uint64_t *ret_len)
{
	uint64_t head = 0, tail = 0;
	char kind = line.len > 0 ? line.p[0] : '\0';

	if (kind != '@' && kind != '+')
		return false;
	*ret = (struct state_record){ .is_change = kind == '+' };
	line = str_from(line, 1);
	ret->key = str_cut(line, ' ', &line);
	if (!state_key_is_good(ret->key) || !take_number(&line, ret_len))
		return false;
	if (ret->is_change &&
	    (!take_number(&line, &head) || !take_number(&line, &tail) ||
		!take_sum(&line, &ret->whole_sum)))
		return false;
	ret->head = head;
	ret->tail = tail;
	return take_sum(&line, &ret->sum) && line.len == 0;
}

bool state_record_read(struct str *bytes, struct state_record *ret)
{
	size_t end = str_find_char(*bytes, '\n');
	uint64_t len;
	uint32_t sum;

	if (end == bytes->len || !read_head(str_make(bytes->p, end), ret, &len) ||
	    bytes->len - end - 1 < len + 1 || bytes->p[end + 1 + len] != '\n')
		return false;
	ret->bytes = str_make(bytes->p + end + 1, len);
	sum = ret->is_change ? sum_of(ret) : state_checksum(ret->bytes);
	if (sum != ret->sum)
		return false;
	*bytes = str_from(*bytes, end + 1 + len + 1);
	return true;
}

bool state_record_fits(const struct state_record *change, uint32_t whole_sum,
    size_t whole_len)
{
	return change->whole_sum == whole_sum && change->head <= whole_len &&
	       change->tail <= whole_len - change->head &&
	       change->head + change->bytes.len + change->tail <= STATE_LOG_STATE_MAX;
}

void state_record_apply(const struct state_record *change, struct str whole,
    struct buf *out)
{
	buf_append(out, whole.p, change->head);
	buf_append_str(out, change->bytes);
	buf_append(out, whole.p + whole.len - change->tail, change->tail);
}
