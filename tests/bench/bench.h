/* The benchmark: Qorgan beside the floor (the same libraries, nothing else) and
 * beside SQLCipher, on the same bytes, in one run. */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>

/* The input: `count` measures of about 500 bytes, as JSON Lines, in memory. */
struct bench_input {
	char *text;
	size_t size, count;
	char path[256]; /* the same in a file */
};
void bench_input_make(const char *folder, size_t count, struct bench_input *input);
void bench_input_free(struct bench_input *input);

/* Seconds on a clock that only goes forward. */
double bench_now(void);
/* Stops the benchmark with a message if the condition fails. */
void bench_require(int condition, const char *what, const char *why);

/* Each returns seconds, or a negative number where it does not apply. */
double floor_load(const char *folder, const struct bench_input *input);
double floor_scan(const char *folder, size_t count);
double floor_verify(const char *folder, size_t count);
double floor_durable(const char *folder, unsigned times);
/* What is in the file `plain` of the folder, from ciphertext into a store: hashed for its
 * signature, deciphered, a checkpoint verified, each record and a node of the tree hashed,
 * each record put, all synced. */
double floor_receive(const char *folder);

double sqlcipher_load(const char *folder, const struct bench_input *input);
double sqlcipher_scan(const char *folder, size_t count);
double sqlcipher_verify(const char *folder, size_t count);
double sqlcipher_durable(const char *folder, unsigned times);
double sqlcipher_show(const char *folder, unsigned times);

void qorgan_prepare(const char *folder);
double qorgan_time_load(const char *folder, const struct bench_input *input);
double qorgan_time_list(const char *folder, size_t count);
double qorgan_time_report(const char *folder);
double qorgan_time_verify(const char *folder);
double qorgan_time_durable(const char *folder, unsigned times);
double qorgan_time_show(const char *folder, unsigned times);
/* The export to KAZ and KGZ, and `age -r` on its plaintext, which is left in the file `plain`. */
double qorgan_time_export(const char *folder);
double age_time(const char *folder);
/* The same package, taken in by a fresh store of KAZ. */
double qorgan_time_receive(const char *folder, size_t count);
/* `changes` changes, then a package with them; and that one, taken in where the one
 * before was. Its plaintext is left in the file `plain`. */
double qorgan_time_export_more(const char *folder, unsigned changes);
double qorgan_time_receive_more(const char *folder, unsigned changes);
/* Loads, lists, hands over and takes in, each in a process of its own; anonymous memory at
 * its peak in MiB. */
void qorgan_memory(const char *folder, size_t count, unsigned changes);

#endif
