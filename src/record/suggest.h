/* "Did you mean": the known word nearest to one that is not known. */
#ifndef RECORD_SUGGEST_H
#define RECORD_SUGGEST_H

#define SUGGEST_TEXT_SIZE 200

/* Start with { .word = what was written }. */
struct suggestion {
	const char *word;
	const char *nearest; /* the best so far, or NULL; borrowed */
	unsigned distance;
};

/* suggest_offer(suggestion, candidate): consider one known word, which must
 * live as long as the suggestion. */
void suggest_offer(struct suggestion *suggestion, const char *candidate);
/* suggest_format(suggestion, text): `: did you mean "title"?`, or "" if nothing
 * is near enough. */
void suggest_format(const struct suggestion *suggestion, char text[SUGGEST_TEXT_SIZE]);

#endif
