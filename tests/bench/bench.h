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
/* From now on the stores are on the server at that address; "": in the folder again. */
void qorgan_use_server(const char *address);
/* Seconds of one change where so many processes make `times` each at once, each of its own measure. */
double qorgan_time_writers(const char *folder, unsigned writers, unsigned times);
/* Journeys of one change, from its beginning to its answer, in a store that is open; and of the opening. */
unsigned qorgan_count_journeys(const char *folder, unsigned *opening);
/* Loads, lists, hands over and takes in, each in a process of its own; anonymous memory at
 * its peak in MiB. */
void qorgan_memory(const char *folder, size_t count, unsigned changes);

/* journeys_count(): how often this process has waited for an answer to what it had sent. */
unsigned journeys_count(void);

/* A PostgreSQL server in the folder: the address of a database for Qorgan; NULL where none is installed. Beside it is a
 * database with the same tables, for the floors. */
const char *server_start(const char *folder);
const char *server_address(void);
void server_stop(void);
/* server_clear(address): no store, and no row. */
void server_clear(const char *address);
/* The floors get the bytes of the store that is there. */
void server_floor_prepare(const char *address);
/* COPY of all rows into the same tables, committed; SELECT of all heads, with decryption. */
double server_floor_copy(void);
double server_floor_select(void);
/* pgbench: seconds of one change by so many clients: the same rows under the same lock; its statements one by one, or
 * all together. */
double server_floor_writers(const char *folder, unsigned clients, unsigned times, int together);
/* The table of a store on a server: the lines whose names have that word. */
void server_table(const char *folder, struct bench_input *input, int runs, const char *word);

#endif
