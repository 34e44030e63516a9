/* libpq, opened when a store on a server is and not before: it brings along libraries whose start
 * costs every command some milliseconds. */
#ifndef ENGINE_POSTGRES_LIBRARY_H
#define ENGINE_POSTGRES_LIBRARY_H

#include <libpq-fe.h>

#include "base/error.h"

#define POSTGRES_FUNCTIONS(F)  \
	F(PQconninfoParse)         \
	F(PQconninfoFree)          \
	F(PQconnectdbParams)       \
	F(PQfinish)                \
	F(PQstatus)                \
	F(PQsocket)                \
	F(PQerrorMessage)          \
	F(PQhost)                  \
	F(PQport)                  \
	F(PQsetnonblocking)        \
	F(PQenterPipelineMode)     \
	F(PQexitPipelineMode)      \
	F(PQsendPrepare)           \
	F(PQsendQueryPrepared)     \
	F(PQsendQueryParams)       \
	F(PQpipelineSync)          \
	F(PQsendQuery)             \
	F(PQflush)                 \
	F(PQconsumeInput)          \
	F(PQisBusy)                \
	F(PQgetResult)             \
	F(PQresultStatus)          \
	F(PQresultErrorField)      \
	F(PQclear)                 \
	F(PQntuples)               \
	F(PQnfields)               \
	F(PQfformat)               \
	F(PQgetvalue)              \
	F(PQgetlength)             \
	F(PQgetisnull)             \
	F(PQputCopyData)           \
	F(PQputCopyEnd)            \
	F(PQsetNoticeReceiver)     \
	F(PQnotifies)              \
	F(PQfreemem)

struct postgres_library {
#define POSTGRES_MEMBER(name) __typeof__(name) *name;
	POSTGRES_FUNCTIONS(POSTGRES_MEMBER)
#undef POSTGRES_MEMBER
};

/* postgres_library(error): its functions; NULL where it is not installed (QORGAN_ABSENT). Stays open. */
const struct postgres_library *postgres_library(struct qorgan_error *error);

#endif
