/* Texts as their words alone: how people write a name, whatever stands between its words. */
#include "base/text.h"

/* Of what is folded already. */
static bool code_in_word(uint32_t code)
{
	if (code < 0x80)
		return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z');
	return code >= 0xbf ? code < 0x2000 || code > 0x206f : code == 0xb5;
}

void text_append_words(struct buffer *to, struct span text)
{
	struct buffer fold = { 0 };
	size_t first = to->size;
	bool is_apart = false;
	uint32_t code;

	text_fold(&fold, text);
	for (size_t at = 0, start; at < fold.size;) {
		start = at;
		if (!text_decode(buffer_span(&fold), &at, &code) || !code_in_word(code)) {
			at += at == start;
			is_apart = true;
			continue;
		}
		if (is_apart && to->size > first)
			buffer_append_char(to, ' ');
		is_apart = false;
		buffer_append(to, fold.data + start, at - start);
	}
	to->failed |= fold.failed;
	buffer_free(&fold);
}

bool text_words_equal(struct span one, struct span other)
{
	size_t i = 0, j = 0;

	for (;; i++, j++) {
		while (i < one.size && one.data[i] == ' ')
			i++;
		while (j < other.size && other.data[j] == ' ')
			j++;
		if (i == one.size || j == other.size)
			return i == one.size && j == other.size;
		if (one.data[i] != other.data[j])
			return false;
	}
}

bool text_words_alike(struct span one, struct span other)
{
	struct buffer a = { 0 }, b = { 0 };

	text_append_words(&a, one);
	text_append_words(&b, other);
	bool same = !a.failed && !b.failed && a.size && text_words_equal(buffer_span(&a), buffer_span(&b));
	buffer_free(&a);
	buffer_free(&b);
	return same;
}
