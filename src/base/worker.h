/* One thread that works through jobs in their order, beside the caller's. */
#ifndef BASE_WORKER_H
#define BASE_WORKER_H

#include <stdbool.h>
#include <stddef.h>

struct worker;

/* worker_start(run, context): a thread that calls run(context, job) for each
 * job. NULL if there is none to be had: then do the work yourself. */
struct worker *worker_start(void (*run)(void *context, void *job), void *context);

/* worker_submit(worker, job): hand over a job, which is the thread's until
 * worker_wait says that no more than `left` jobs are unfinished. */
void worker_submit(struct worker *worker, void *job);
/* worker_wait(worker, left): until at most `left` jobs are unfinished. */
void worker_wait(struct worker *worker, size_t left);

/* worker_stop(worker): after its last job; NULL is allowed. */
void worker_stop(struct worker *worker);

#endif
