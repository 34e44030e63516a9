/* The input of the benchmark: plausible measures, different from one another. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

double bench_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void bench_require(int condition, const char *what, const char *why)
{
	if (condition)
		return;
	fprintf(stderr, "bench: %s: %s\n", what, why ? why : "failed");
	exit(1);
}

/* Of the states that support; the lead is the bench's own, so that all of it is exported. */
static const char *const states[] = { "AZE", "KAZ", "KGZ", "TJK", "TKM" };

void bench_input_make(const char *folder, size_t count, struct bench_input *input)
{
	static const char *const markings[] = { "TLP:CLEAR", "TLP:GREEN", "TLP:AMBER" };
	FILE *file;
	FILE *memory = open_memstream(&input->text, &input->size);

	bench_require(memory != NULL, "input", "no memory");
	for (size_t i = 0; i < count; i++)
		fprintf(memory,
		        "{\"kind\":\"measure\",\"id\":\"LOD-01-M%zu\",\"risks\":[\"LOD-01\"],\"title\":{\"en\":\"Joint watch of crossing "
		        "%zu\",\"ru\":\"Совместное наблюдение за переходом %zu\"},\"description\":{\"en\":\"Regular exchange between duty "
		        "officers on both sides, with a shared log and a yearly exercise.\"},\"type\":\"detect\",\"lead\":\"UZB\","
		        "\"support\":[\"%s\"],\"start\":\"2026-%02zu-01\",\"due\":\"2027-%02zu-15\",\"original_due\":\"2027-%02zu-15\","
		        "\"marking\":\"%s\",\"release\":[\"KAZ\",\"KGZ\"]}\n",
		        i + 1, i + 1, i + 1, states[i % 5], i % 12 + 1, i / 7 % 12 + 1,
		        i / 7 % 12 + 1, markings[i % 3]);
	fclose(memory);
	input->count = count;
	snprintf(input->path, sizeof input->path, "%s/input.jsonl", folder);
	file = fopen(input->path, "w");
	bench_require(file && fwrite(input->text, 1, input->size, file) == input->size && fclose(file) == 0, input->path,
	              "cannot be written");
}

void bench_input_free(struct bench_input *input)
{
	free(input->text);
}
