/* The thread beside: a short ring of jobs under one lock. */
#include "base/worker.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#define RING 8

struct worker {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	void (*run)(void *context, void *job);
	void *context;
	void *jobs[RING];
	size_t first, count; /* jobs[first] is the one at work */
	bool stopping;
};

static void *worker_run(void *argument)
{
	struct worker *worker = argument;

	pthread_mutex_lock(&worker->lock);
	for (;;) {
		while (!worker->count && !worker->stopping)
			pthread_cond_wait(&worker->changed, &worker->lock);
		if (!worker->count)
			break;
		void *job = worker->jobs[worker->first];
		pthread_mutex_unlock(&worker->lock);
		worker->run(worker->context, job);
		pthread_mutex_lock(&worker->lock);
		worker->first = (worker->first + 1) % RING;
		worker->count--;
		pthread_cond_broadcast(&worker->changed);
	}
	pthread_mutex_unlock(&worker->lock);
	return NULL;
}

struct worker *worker_start(void (*run)(void *context, void *job), void *context)
{
	struct worker *worker = calloc(1, sizeof *worker);
	sigset_t all, before;

	if (!worker)
		return NULL;
	worker->run = run;
	worker->context = context;
	pthread_mutex_init(&worker->lock, NULL);
	pthread_cond_init(&worker->changed, NULL);
	/* Signals are for the thread that talks with the user. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int failed = pthread_create(&worker->thread, NULL, worker_run, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!failed)
		return worker;
	pthread_cond_destroy(&worker->changed);
	pthread_mutex_destroy(&worker->lock);
	free(worker);
	return NULL;
}

void worker_submit(struct worker *worker, void *job)
{
	pthread_mutex_lock(&worker->lock);
	while (worker->count == RING)
		pthread_cond_wait(&worker->changed, &worker->lock);
	worker->jobs[(worker->first + worker->count) % RING] = job;
	worker->count++;
	pthread_cond_broadcast(&worker->changed);
	pthread_mutex_unlock(&worker->lock);
}

void worker_wait(struct worker *worker, size_t left)
{
	pthread_mutex_lock(&worker->lock);
	while (worker->count > left)
		pthread_cond_wait(&worker->changed, &worker->lock);
	pthread_mutex_unlock(&worker->lock);
}

void worker_stop(struct worker *worker)
{
	if (!worker)
		return;
	pthread_mutex_lock(&worker->lock);
	worker->stopping = true;
	pthread_cond_broadcast(&worker->changed);
	pthread_mutex_unlock(&worker->lock);
	pthread_join(worker->thread, NULL);
	pthread_cond_destroy(&worker->changed);
	pthread_mutex_destroy(&worker->lock);
	free(worker);
}
