#include "tests/linear/texts.h"

#include "tests/linear/envelope.h"

/* Randoms that count. */
void text_key_log(struct buf *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_append_text(out, "CLIENT_TRAFFIC_SECRET_0 ");
		buf_printf(out, "%048d%016zx ", 0, i);
		buf_printf(out, "%064d\n", 0);
	}
}

/* Texts that are read in place of a capture. */
void text_envelopes(struct buf *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_append_text(out, CWMP_OPEN "<w:Reboot/>" CWMP_CLOSE "\n");
}

void text_posts(struct buf *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_append_text(out, "POST / HTTP/1.1\n");
}

void text_broken_records(struct buf *out, size_t n)
{
	buf_append_text(out, "{\"event\": \"x\", \"timestamp\": \"y\"}\n");
	for (size_t i = 0; i < n; i++)
		buf_append_text(out, "{\n");
}

void text_broken_documents(struct buf *out, size_t n)
{
	buf_append_text(out, "---\nevent: incoming HTTP request\n");
	for (size_t i = 0; i < n; i++)
		buf_append_text(out, "---\n{\n");
}

void text_records_of_a_line(struct buf *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_append_text(out, "{\"event\": \"x\", \"timestamp\": \"y\"} ");
}

/* An envelope that is cut, with nothing in its Body. */
void text_bodies_of_a_word(struct buf *out, size_t n)
{
	buf_append_text(out, "<Envelope>");
	for (size_t i = 0; i < n; i++)
		buf_append_text(out, "Body");
}

/* All of them lead to the same long line. */
void text_counts_of_a_stream(struct buf *out, size_t n)
{
	buf_append_text(out, "Follow: tcp,ascii\n");
	for (size_t i = 1; i <= n; i++)
		buf_printf(out, "%011zu\n", 12 * (n - i));
	buf_append_char(out, '\n');
	for (size_t i = 0; i < n; i++)
		buf_append_text(out,
		    "a long line, a long line, a long line, a long line, ");
}

/* Digits of an option 43: a length that is too small before n sub-options, and padding behind
 * which nothing is a list. */
void text_spilt_option(struct buf *out, size_t n)
{
	buf_append_text(out, "0100");
	for (size_t i = 0; i < n; i++)
		buf_append_text(out, "2000");
	for (size_t i = 0; i < n; i++)
		buf_append_text(out, "00000000");
	buf_append_text(out, "20");
}
