/* The tables of a database, and who may do what in them, as an administrator reads it before it is run. Plain SQL:
 * databases that only speak PostgreSQL's language take it, too. */
#include <string.h>

#include "engine/postgres.h"
#include "engine/postgres_schema.h"

static const char *const names[POSTGRES_TABLES] = {
	"meta", "ids", "history", "leaves", "tree", "commits", "evidence", "mirror", "heads",
};
_Static_assert(ENGINE_HEADS == POSTGRES_TABLES - 1, "a table for each of the engine, and one for all heads");

unsigned postgres_table(unsigned table)
{
	return table < ENGINE_HEADS ? table : ENGINE_HEADS;
}

const char *postgres_table_name(unsigned number)
{
	return names[number];
}

void postgres_key_set(struct postgres_key *to, unsigned table, struct span key)
{
	to->size = 0;
	if (table >= ENGINE_HEADS)
		to->data[to->size++] = (char)(table - ENGINE_HEADS);
	if (key.size)
		memcpy(to->data + to->size, key.data, key.size);
	to->size += key.size;
}

/* ---- In SQL ------------------------------------------------------------------------------ */

static const char opening[] =
	"-- The tables of Qorgan, for PostgreSQL 13 or later. To be run once in a database, by who owns it:\n"
	"--\n"
	"--     qorgan schema --sql | psql --single-transaction --set ON_ERROR_STOP=1 DATABASE\n"
	"--\n"
	"-- Every value is sealed and signed by the program before it comes here. What the rows tell who can read\n"
	"-- them is how many there are, how large, and when they came.\n"
	"\n"
	"CREATE SCHEMA qorgan;\n"
	"\n"
	"CREATE TABLE qorgan.version (version integer PRIMARY KEY);\n"
	"INSERT INTO qorgan.version VALUES (1);\n"
	"\n"
	"-- A row for each store; who changes the store holds it.\n"
	"CREATE TABLE qorgan.stores (\n"
	"    store   integer PRIMARY KEY,\n"
	"    name    text    NOT NULL UNIQUE,\n"
	"    changes bigint  NOT NULL,\n"
	"    token   bytea   NOT NULL\n"
	");\n"
	"\n"
	"-- By this a program whose connection broke at the end of a change learns whether the change came in. That no\n"
	"-- number is there twice keeps two from following the same one.\n"
	"CREATE TABLE qorgan.outcomes (\n"
	"    store  integer,\n"
	"    change bigint,\n"
	"    token  bytea NOT NULL,\n"
	"    PRIMARY KEY (store, change)\n"
	");\n"
	"\n";

static const char table_form[] =
	"CREATE TABLE qorgan.%s (store integer, key bytea, value bytea NOT NULL, PRIMARY KEY (store, key));\n";

static const char closing[] =
	"\n"
	"-- Who may do what. Give one of these to each user of the database: GRANT qorgan_liaison TO \"a.karimova\";\n"
	"-- a reader reads; a liaison adds to the history and changes what is newest; a keeper also makes stores, takes\n"
	"-- them away, and seals what is there anew (rekey, forget).\n"
	"DO $$ BEGIN CREATE ROLE qorgan_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;\n"
	"DO $$ BEGIN CREATE ROLE qorgan_liaison; EXCEPTION WHEN duplicate_object THEN NULL; END $$;\n"
	"DO $$ BEGIN CREATE ROLE qorgan_keeper; EXCEPTION WHEN duplicate_object THEN NULL; END $$;\n"
	"GRANT USAGE ON SCHEMA qorgan TO qorgan_reader, qorgan_liaison, qorgan_keeper;\n"
	"GRANT SELECT ON ALL TABLES IN SCHEMA qorgan TO qorgan_reader, qorgan_liaison, qorgan_keeper;\n"
	"GRANT UPDATE (changes, token) ON qorgan.stores TO qorgan_liaison;\n"
	"GRANT INSERT ON qorgan.outcomes, qorgan.ids, qorgan.history, qorgan.leaves, qorgan.tree, qorgan.commits,\n"
	"    qorgan.evidence TO qorgan_liaison;\n"
	"GRANT INSERT, UPDATE ON qorgan.heads TO qorgan_liaison;\n"
	"GRANT INSERT, UPDATE, DELETE ON qorgan.meta, qorgan.mirror TO qorgan_liaison;\n"
	"GRANT INSERT, UPDATE, DELETE ON qorgan.stores, qorgan.outcomes, qorgan.meta, qorgan.ids, qorgan.history,\n"
	"    qorgan.leaves, qorgan.tree, qorgan.commits, qorgan.evidence, qorgan.mirror, qorgan.heads TO qorgan_keeper;\n"
	"\n"
	"-- A second lock before what only grows, should a right be given too freely. The first are the signatures: what is\n"
	"-- altered here is found by whoever reads it.\n"
	"CREATE FUNCTION qorgan.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$\n"
	"BEGIN\n"
	"    IF pg_has_role(current_user, 'qorgan_keeper', 'MEMBER') THEN\n"
	"        RETURN NULL;\n"
	"    END IF;\n"
	"    RAISE EXCEPTION 'only a keeper changes or deletes rows of %', TG_TABLE_NAME USING ERRCODE = '42501';\n"
	"END $$;\n";

/* Behind all else, as it may be left out. */
static const char telling[] =
	"\n"
	"-- Who watches a store (qorgan watch) is told of each change at once. Where the database knows no NOTIFY, this is left\n"
	"-- out: they look again every two seconds. Only the number of the store is told.\n"
	"CREATE FUNCTION qorgan.tell_change() RETURNS trigger LANGUAGE plpgsql AS $$\n"
	"BEGIN\n"
	"    PERFORM pg_notify('qorgan', NEW.store::text);\n"
	"    RETURN NULL;\n"
	"END $$;\n"
	"CREATE TRIGGER tells AFTER UPDATE OF changes ON qorgan.stores FOR EACH ROW EXECUTE FUNCTION qorgan.tell_change();\n";

static const char trigger_form[] =
	"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON qorgan.%s FOR EACH STATEMENT EXECUTE FUNCTION "
	"qorgan.refuse_change();\n";

static const char *const growing[] = { "outcomes", "ids", "history", "leaves", "tree", "commits", "evidence" };

void engine_schema_print(struct buffer *to)
{
	buffer_append_text(to, opening);
	for (unsigned i = 0; i < POSTGRES_TABLES; i++)
		buffer_append_format(to, table_form, names[i]);
	buffer_append_text(to, closing);
	for (size_t i = 0; i < sizeof growing / sizeof *growing; i++)
		buffer_append_format(to, trigger_form, growing[i]);
	buffer_append_text(to, telling);
}
