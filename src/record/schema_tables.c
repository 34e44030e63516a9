/* The fields of every kind of object. To add a field, add a row here; all else
 * is derived. Kind numbers are part of the store's format and never change. */
#include "record/schema.h"

#include <string.h>

#include "base/language.h"

#define DONE { 0 }
#define TEXT(n, f, l, h)       { .name = n, .type = FIELD_TEXT, .flags = f, .label = l, .help = h }
#define STRING(n, f, l, h)     { .name = n, .type = FIELD_STRING, .flags = f, .label = l, .help = h }
#define DATE(n, f, l, h)       { .name = n, .type = FIELD_DATE, .flags = f, .label = l, .help = h }
#define FLAG(n, f, l, h)       { .name = n, .type = FIELD_FLAG, .flags = f, .label = l, .help = h }
#define STATE(n, f, l, h)      { .name = n, .type = FIELD_STATE, .flags = f, .label = l, .help = h }
#define PARTY(n, f, l, h)      { .name = n, .type = FIELD_PARTY, .flags = f, .label = l, .help = h }
#define MARKING(n, f, l, h)    { .name = n, .type = FIELD_MARKING, .flags = f, .label = l, .help = h }
#define WORD(n, f, w, l, h)    { .name = n, .type = FIELD_WORD, .flags = f, .words = w, .label = l, .help = h }
#define REFER(n, f, t, l, h)   { .name = n, .type = FIELD_REFERENCE, .flags = f, .target = t, .label = l, .help = h }
#define GROUP(n, f, g, l, h)   { .name = n, .type = FIELD_GROUP, .flags = f, .fields = g, .label = l, .help = h }
#define NUMBER(n, f, a, b, l, h) \
	{ .name = n, .type = FIELD_INTEGER, .flags = f, .minimum = a, .maximum = b, .label = l, .help = h }

#define REQUIRED FIELD_REQUIRED
#define LIST FIELD_LIST
#define SET (FIELD_LIST | FIELD_SET)
#define COMPUTED FIELD_COMPUTED
#define UNSEARCHED FIELD_UNSEARCHED

/* RFC 8785 numbers are IEEE doubles: beyond this they would lose digits. */
#define LARGEST 9007199254740991

#define WORDS(name, ...) static const char *const name[] = { __VA_ARGS__, NULL }
WORDS(onset_words, SAID("acute"), SAID("chronic"));
WORDS(origin_words, SAID("natural"), SAID("accidental"), SAID("malicious"));
WORDS(confidence_words, SAID("low"), SAID("medium"), SAID("high"));
WORDS(treatment_words, SAID("mitigate"), SAID("avoid"), SAID("transfer"), SAID("accept"));
WORDS(stage_words, SAID("open"), SAID("investigating"), SAID("treating"), SAID("closed"));
WORDS(type_words, SAID("prevent"), SAID("detect"), SAID("respond"), SAID("recover"));
WORDS(status_words, SAID("planned"), SAID("in-progress"), SAID("completed"), SAID("verified"), SAID("on-hold"),
      SAID("cancelled"));
WORDS(consent_words, SAID("accepted"), SAID("declined"));
WORDS(subject_words, SAID("domain"), SAID("risk"), SAID("measure"));

/* Carried by everything that a partner may be given. */
#define SHARED \
	MARKING("marking", 0, "Marking", "how far it may go: CLEAR, GREEN, AMBER, AMBER+STRICT or RED"), \
	PARTY("release", SET, "Release", "states and observers that may receive it; none: the owner alone")
#define RETIRED STRING("retired", 0, "Retired", "why it no longer applies; absent while it does")

static const struct field reference_group[] = {
	STRING("title", REQUIRED, "Title", "the document or cooperation referred to"),
	STRING("source", 0, "Source", "who issued it"),
	STRING("url", 0, "Address", "where it can be read"),
	DATE("date", 0, "Date", "its date"),
	DONE
};
#define REFERENCES GROUP("references", LIST, reference_group, "References", "public documents it builds on")

static const struct field level_group[] = {
	NUMBER("likelihood", REQUIRED, 1, 5, "Likelihood", "1 (lowest) to 5 (highest)"),
	NUMBER("impact", REQUIRED, 1, 5, "Impact", "1 (lowest) to 5 (highest)"),
	DONE
};

static const struct field dimension_group[] = {
	NUMBER("people", 0, 1, 5, "People", "life and health"),
	NUMBER("economy", 0, 1, 5, "Economy", "damage and loss of income"),
	NUMBER("environment", 0, 1, 5, "Environment", "land, water, air, species"),
	NUMBER("services", 0, 1, 5, "Essential services", "energy, water, transport, communication"),
	NUMBER("order", 0, 1, 5, "Public order", "order and security"),
	NUMBER("international", 0, 1, 5, "International", "relations between states"),
	DONE
};

static const struct field acceptance_group[] = {
	STRING("role", REQUIRED, "Role", "the role, not the person, that accepts the risk"),
	TEXT("reason", REQUIRED, "Reason", "why it is accepted"),
	DATE("until", REQUIRED, "Until", "last day on which the acceptance holds"),
	DONE
};

static const struct field signal_group[] = {
	TEXT("watch", REQUIRED, "Watched", "what is watched"),
	STRING("by", REQUIRED, "By", "who watches it (a role or body)"),
	TEXT("threshold", REQUIRED, "Threshold", "the value or event that counts as a warning"),
	REFER("measures", SET, "measure", "Measures", "measures agreed to follow the warning"),
	DONE
};

static const struct field taken_from_group[] = {
	STATE("state", REQUIRED, "State", "state that kept it before"),
	NUMBER("version", REQUIRED, 1, UINT32_MAX, "Version", "that state's version, with which it was handed over"),
	DONE
};
#define TAKEN_FROM \
	GROUP("taken_from", COMPUTED, taken_from_group, "Taken over from", "whose version was taken up, and which")

static const struct field catalogue_fields[] = {
	TEXT("title", REQUIRED, "Title", "name of the catalogue"),
	TEXT("notice", 0, "Notice", "what a reader must know of its standing"),
	DATE("from", REQUIRED, "First day", "first day it covers"),
	DATE("to", REQUIRED, "Last day", "last day it covers"),
	MARKING("marking", 0, "Marking", "how far it may go: CLEAR, GREEN, AMBER, AMBER+STRICT or RED"),
	PARTY("release", SET, "Release", "states and observers that may receive it; none: the owner alone"),
	DONE
};

static const struct field state_fields[] = {
	TEXT("title", REQUIRED, "Name", "name of the state or body"),
	STRING("alpha2", 0, "Alpha-2", "ISO 3166-1 alpha-2 code, accepted on input"),
	STRING("aliases", SET, "Other names", "other names accepted on input"),
	FLAG("observer", 0, "Observer", "an international body: receives CLEAR and GREEN, writes nothing"),
	TEXT("focal_point", 0, "Focal point", "the role that speaks for it in this matter"),
	STRING("languages", LIST, "Languages", "its working languages, BCP 47"),
	STRING("contact", 0, "Contact", "e-mail address to which reminders go"),
	SHARED, RETIRED, DONE
};

static const struct field scale_level_group[] = {
	NUMBER("level", REQUIRED, 1, 5, "Level", "the number"),
	TEXT("title", REQUIRED, "Label", "its label"),
	TEXT("meaning", 0, "Meaning", "what it means"),
	DONE
};
static const struct field scale_band_group[] = {
	NUMBER("from", REQUIRED, 1, 25, "From", "least product of likelihood and impact in the band"),
	TEXT("title", REQUIRED, "Label", "label of the band"),
	STRING("colour", REQUIRED, "Colour", "as #rrggbb"),
	DONE
};
static const struct field scale_fields[] = {
	TEXT("title", REQUIRED, "Title", "name of the scale"),
	GROUP("levels", LIST, scale_level_group, "Levels", "its levels, lowest first"),
	GROUP("bands", LIST, scale_band_group, "Bands", "bands of the matrix, lowest first"),
	SHARED, DONE
};

static const struct field period_fields[] = {
	TEXT("title", REQUIRED, "Title", "name of the period"),
	NUMBER("months", REQUIRED, 1, 12, "Months", "its length; must divide twelve"),
	STRING("prefix", 0, "Prefix", "letter before its number in the year: Q gives 2026-Q1; none: the year alone"),
	FLAG("required", 0, "Required", "states owe a report for every such period"),
	SHARED, DONE
};

static const struct field domain_fields[] = {
	TEXT("title", REQUIRED, "Title", "name of the field of risk"),
	TEXT("description", 0, "Description", "what belongs to it"),
	STATE("coordinator", 0, "Coordinator", "state that coordinates it"),
	NUMBER("order", 0, 0, 9999, "Order", "its place in reports"),
	TAKEN_FROM, REFERENCES, SHARED, RETIRED, DONE
};

static const struct field risk_fields[] = {
	REFER("domain", REQUIRED, "domain", "Domain", "field of risk it belongs to"),
	TEXT("title", REQUIRED, "Title", "the risk in one line"),
	TEXT("description", 0, "Description", "the risk in a paragraph"),
	TEXT("scenario", 0, "Scenario", "the reasonable worst case"),
	TEXT("assumptions", 0, "Assumptions", "what the scenario takes for granted"),
	TEXT("causes", 0, "Causes", "where it comes from"),
	TEXT("consequences", 0, "Consequences", "what follows if it happens"),
	WORD("onset", 0, onset_words, "Onset", "acute or chronic"),
	WORD("origin", 0, origin_words, "Origin", "natural, accidental or malicious"),
	NUMBER("horizon", 0, 1, 50, "Horizon", "years that the likelihood looks ahead"),
	WORD("confidence", 0, confidence_words, "Confidence", "in the assessment: low, medium or high"),
	GROUP("inherent", 0, level_group, "Inherent level", "level without any measure"),
	GROUP("residual", 0, level_group, "Residual level", "level today, with the measures in force"),
	GROUP("target", 0, level_group, "Target level", "level that the measures aim at"),
	GROUP("impacts", 0, dimension_group, "Impact by dimension", "today's; the highest is the residual impact"),
	TEXT("basis", 0, "Basis", "reason for the levels"),
	TEXT("tolerance", 0, "Tolerance", "what may be borne without further measures"),
	WORD("treatment", 0, treatment_words, "Treatment", "mitigate, avoid, transfer or accept"),
	GROUP("acceptance", 0, acceptance_group, "Acceptance", "who accepts the risk, why and until when"),
	WORD("stage", 0, stage_words, "Stage", "open, investigating, treating or closed"),
	STATE("affected", SET, "Affected states", "states that it would strike"),
	STATE("coordinator", 0, "Coordinator", "state that keeps it"),
	STATE("contributors", SET, "Contributors", "states that assess it with the coordinator"),
	STRING("owner_role", 0, "Owner's role", "the role, not the person, that answers for it"),
	DATE("review", 0, "Review", "day of the next review"),
	GROUP("signals", LIST, signal_group, "Early warning", "what is watched, by whom, threshold, what follows"),
	STRING("tags", SET, "Tags", "free words to filter by"),
	TAKEN_FROM, REFERENCES, SHARED, RETIRED, DONE
};

static const struct field milestone_group[] = {
	STRING("id", REQUIRED, "Id", "short name, unique in the measure"),
	TEXT("title", REQUIRED, "Title", "what will have been reached"),
	DATE("due", REQUIRED, "Due", "by when"),
	DONE
};
static const struct field indicator_group[] = {
	STRING("id", REQUIRED, "Id", "short name, unique in the measure"),
	TEXT("title", REQUIRED, "Title", "what is measured"),
	STRING("unit", REQUIRED, "Unit", "unit of its values"),
	NUMBER("baseline", 0, -LARGEST, LARGEST, "Baseline", "value at the start"),
	NUMBER("target", REQUIRED, -LARGEST, LARGEST, "Target", "value aimed at"),
	DONE
};
static const struct field budget_group[] = {
	NUMBER("amount", REQUIRED, 0, LARGEST, "Amount", "whole units of the currency"),
	STRING("currency", REQUIRED, "Currency", "ISO 4217 code"),
	STRING("source", 0, "Source", "who pays"),
	DONE
};

static const struct field measure_fields[] = {
	REFER("risks", SET | REQUIRED, "risk", "Risks", "risks that it addresses"),
	TEXT("title", REQUIRED, "Title", "the measure in one line"),
	TEXT("description", 0, "Description", "what is done"),
	WORD("type", 0, type_words, "Type", "prevent, detect, respond or recover"),
	STATE("lead", 0, "Lead", "state that answers for it"),
	STATE("support", SET, "Support", "states that take part"),
	STATE("abstaining", SET, "Abstaining", "states that take no part"),
	STATE("former", SET | COMPUTED, "Took part before", "states that reported on it and take part no longer"),
	STRING("bodies", LIST, "Bodies", "organisations that take part"),
	STRING("contact", 0, "Contact", "role to turn to"),
	DATE("start", 0, "Start", "planned first day"),
	DATE("due", 0, "Due", "planned last day"),
	DATE("original_due", COMPUTED, "First due", "the first due date that was set; stays"),
	STRING("due_reason", 0, "Reason for new date", "why the due date was moved"),
	GROUP("milestones", LIST, milestone_group, "Milestones", "steps on the way"),
	GROUP("indicators", LIST, indicator_group, "Indicators", "what shows that it works"),
	GROUP("budget", 0, budget_group, "Budget", "order of magnitude of its cost"),
	REFER("dependencies", SET, "measure", "Depends on", "measures that must come first"),
	STRING("tags", SET, "Tags", "free words to filter by"),
	TAKEN_FROM, REFERENCES, SHARED, RETIRED, DONE
};

static const struct field milestone_done_group[] = {
	STRING("id", REQUIRED, "Id", "milestone of the measure"),
	DATE("done", REQUIRED, "Done", "day on which it was reached"),
	DONE
};
static const struct field indicator_value_group[] = {
	STRING("id", REQUIRED, "Id", "indicator of the measure"),
	NUMBER("value", REQUIRED, -LARGEST, LARGEST, "Value", "value reached"),
	DONE
};
static const struct field next_step_group[] = {
	TEXT("title", REQUIRED, "Step", "what comes next"),
	DATE("due", 0, "Due", "by when"),
	DONE
};

static const struct field status_fields[] = {
	WORD("status", REQUIRED, status_words, "Status",
	     "planned, in-progress, completed, verified, on-hold or cancelled"),
	NUMBER("progress", 0, 0, 100, "Progress", "per cent"),
	DATE("date", 0, "Date", "day that the report speaks of"),
	WORD("consent", 0, consent_words, "Consent", "the state accepts or declines its part"),
	TEXT("note", 0, "Note", "the report in words"),
	STRING("reason", 0, "Reason", "why on hold, cancelled or declined"),
	DATE("started", 0, "Started", "day on which work began"),
	DATE("finished", 0, "Finished", "day on which work ended"),
	GROUP("milestones", LIST, milestone_done_group, "Milestones", "milestones reached"),
	GROUP("indicators", LIST, indicator_value_group, "Indicators", "values reached"),
	TEXT("obstacles", 0, "Obstacles", "what stands in the way"),
	TEXT("help", 0, "Help needed", "help asked of other states"),
	GROUP("next_steps", LIST, next_step_group, "Next steps", "what comes next, and by when"),
	GROUP("spent", 0, budget_group, "Spent", "order of magnitude of the cost so far"),
	REFER("evidence", SET, "evidence", "Evidence", "attached files"),
	SHARED, DONE
};

static const struct field assessment_fields[] = {
	NUMBER("likelihood", REQUIRED, 1, 5, "Likelihood", "1 (lowest) to 5 (highest), as the state sees it today"),
	NUMBER("impact", REQUIRED, 1, 5, "Impact", "1 (lowest) to 5 (highest), as the state sees it today"),
	WORD("confidence", 0, confidence_words, "Confidence", "in this level: low, medium or high"),
	DATE("date", 0, "Date", "day that it speaks of"),
	TEXT("note", 0, "Note", "its reasons, or a reservation"),
	SHARED, DONE
};

static const struct field evidence_fields[] = {
	STRING("name", REQUIRED, "File name", "name of the file"),
	NUMBER("size", REQUIRED, 0, LARGEST, "Size", "in bytes"),
	STRING("media_type", 0, "Media type", "such as application/pdf"),
	TEXT("title", 0, "Title", "what it shows"),
	DATE("date", 0, "Date", "its date"),
	SHARED, DONE
};

static const struct field note_fields[] = {
	TEXT("text", REQUIRED, "Text", "the remark; it never leaves the store"),
	DATE("date", 0, "Date", "day that it speaks of"),
	RETIRED, DONE
};

/* The values are those of whole fields: what is proposed either fits as it is, or a
 * person looks at it again. */
static const struct field proposal_fields[] = {
	WORD("subject", REQUIRED, subject_words, "Kind", "kind of the object that it would change: domain, risk or measure"),
	STATE("state", REQUIRED, "Proposed by", "state that proposes it"),
	STATE("to", REQUIRED, "To", "state that keeps the object, and answers"),
	NUMBER("base", REQUIRED, 1, UINT32_MAX, "From version", "version of the object that it starts from"),
	STATE("base_state", REQUIRED, "Version of", "state whose version that is"),
	STRING("changes", 0, "New values", "JSON object of the new values, by field"),
	STRING("removed", SET, "Taken away", "fields that would no longer be there"),
	STRING("before", 0, "Former values", "JSON object of the same fields, as they are in that version"),
	TEXT("note", 0, "Note", "why it is proposed"),
	SHARED, DONE
};

static const struct field answer_fields[] = {
	WORD("answer", REQUIRED, consent_words, "Answer", "the proposal is accepted or declined"),
	STATE("state", REQUIRED, "Answered by", "state that keeps the object"),
	STATE("to", REQUIRED, "To", "state that proposed it"),
	NUMBER("proposed", REQUIRED, 1, UINT32_MAX, "Of version", "version of the proposal that is answered"),
	NUMBER("made", 0, 1, UINT32_MAX, "Version made", "version of the object that came of it"),
	STRING("reason", 0, "Reason", "why it is declined"),
	SHARED, DONE
};

static const struct field commit_fields[] = {
	STRING("message", 0, "Message", "why the change was made"),
	NUMBER("versions", REQUIRED, 0, LARGEST, "Versions", "number of versions in the change, this one not counted"),
	STRING("signed_by", UNSEARCHED, "Signed by", "user whose key signed the change; an administrator may write in another's name"),
	STRING("key", UNSEARCHED, "Key", "Ed25519 key of that user"),
	STRING("signature", UNSEARCHED, "Signature", "by that key, of the change"),
	DONE
};

/* Each of the two days is of one way in which a key ends. */
static const struct field former_group[] = {
	STRING("vkey", REQUIRED, "Log key", "the key that held before"),
	DATE("replaced", 0, "Replaced on", "day on which a card that it signed took its place"),
	NUMBER("size", 0, 0, LARGEST, "Up to", "size of its log beyond which that key signs nothing, as that card says"),
	STRING("cosigner", 0, "Cosigner key", "its key for countersigning at that time"),
	DATE("ended", 0, "History ended at", "day on which a card was taken that it did not sign, as it was lost"),
	DONE
};

/* From the cosigner on: what a card said, and no option sets. */
static const struct field partner_fields[] = {
	TEXT("title", 0, "Name", "name, if not that of a state on record"),
	FLAG("observer", 0, "Observer", "receives CLEAR and GREEN, writes nothing"),
	STRING("recipient", REQUIRED, "Recipient", "its age recipient, age1..."),
	STRING("minisign", 0, "Minisign key", "its public key for packages"),
	STRING("vkey", 0, "Log key", "its log's verifier key, as C2SP signed-note writes it"),
	STRING("cosigner", COMPUTED, "Cosigner key", "its verifier key for countersigning (C2SP tlog-cosignature)"),
	STRING("fingerprint", COMPUTED, "Fingerprint", "of the keys of its card, as it was compared; absent if none was"),
	STRING("issued", COMPUTED, "Card of", "moment at which its card was made"),
	DATE("valid_from", COMPUTED, "Valid from", "first day of its card"),
	DATE("valid_until", COMPUTED, "Valid until", "last day of its card"),
	STRING("secret_since", COMPUTED, "Shared secret since", "moment since which packages are locked with a secret, too"),
	GROUP("former", LIST | COMPUTED, former_group, "Former keys", "keys of its log that hold no longer"),
	RETIRED, DONE
};

WORDS(slot_words, SAID("passphrase"), SAID("identity"), SAID("security-key"));
WORDS(role_words, SAID("reader"), SAID("liaison"), SAID("verifier"), SAID("admin"));
static const struct field slot_group[] = {
	WORD("kind", REQUIRED, slot_words, "Opened by", "a passphrase, an age identity file, or a security key"),
	NUMBER("number", REQUIRED, 0, 63, "Slot", "its number in the store"),
	STRING("recipient", REQUIRED | UNSEARCHED, "Recipient", "the age recipient that the slot's key is locked for"),
	STRING("since", REQUIRED, "Since", "moment at which it was made"),
	STRING("author", UNSEARCHED, "Signs by", "Ed25519 key by which who opens it signs commits"),
	DONE
};

static const struct field user_fields[] = {
	WORD("role", REQUIRED, role_words, "Rights", "what the user's slots open"),
	GROUP("slots", LIST, slot_group, "Slots", "the ways in which the user opens the store"),
	STRING("endorsement", UNSEARCHED, "Endorsement", "by the admin key, of this version"),
	RETIRED, DONE
};

WORDS(action_words, SAID("release"), SAID("rekey"), SAID("user"), SAID("forget"), SAID("policy"));
WORDS(request_words, SAID("open"), SAID("done"), SAID("withdrawn"));
static const struct field policy_fields[] = {
	NUMBER("persons", REQUIRED, 1, 9, "Persons", "how many have to agree before such a thing is done"),
	DONE
};

static const struct field request_fields[] = {
	WORD("action", REQUIRED, action_words, "Action", "what it is, as policies name it"),
	STRING("what", REQUIRED, "What", "the command that waits"),
	STRING("subject", 0, "About", "the user, or the recipients of the package, that it is about"),
	STRING("content", UNSEARCHED, "Content", "what exactly, where the command does not say it: a version, a hash"),
	WORD("state", REQUIRED, request_words, "State", "whether it waits still"),
	STRING("persons", REQUIRED | LIST, "Agreed", "who asked for it and who agreed, in that order"),
	DONE
};

static const struct field owed_group[] = {
	PARTY("partner", REQUIRED, "Partner", "a recipient that may have more than all recipients may"),
	NUMBER("leaf", REQUIRED, 0, LARGEST, "Leaf", "the first leaf that it may have and the package lacks"),
	DONE
};

static const struct field release_fields[] = {
	PARTY("to", REQUIRED | SET, "To", "recipients of the package"),
	NUMBER("previous", LIST, 0, LARGEST, "After", "of each recipient, in that order: number of the package it goes on from"),
	NUMBER("first", REQUIRED, 0, LARGEST, "First leaf", "index of the first leaf in the package"),
	NUMBER("size", REQUIRED, 0, LARGEST, "Tree size", "size of the tree at the checkpoint sent"),
	NUMBER("records", REQUIRED, 0, LARGEST, "Records", "number of records sent"),
	STRING("leaves", 0, "Leaves", "indexes of the records sent, as ranges: 3-7,9"),
	STRING("withdrawn", 0, "Withdrawn", "indexes of the versions whose objects it asked to drop, as ranges"),
	GROUP("owed", LIST, owed_group, "Owed", "what its recipients get with their next package"),
	STRING("restored", 0, "Restored", "moment at which the store was put back from a backup, which it told"),
	STRING("digest", REQUIRED, "Digest", "BLAKE2b-512 of the package file, as b2sum prints it"),
	DONE
};

static const struct field handout_fields[] = {
	PARTY("to", REQUIRED, "To", "whom the report was made for"),
	STRING("what", REQUIRED, "What", "the report, as the command that makes it"),
	MARKING("marking", 0, "Marking", "the strictest of what it was made of"),
	STRING("sha256", REQUIRED, "SHA-256", "of the file, as sha256sum prints it; of a folder that of its SHA256SUMS"),
	NUMBER("files", REQUIRED, 1, LARGEST, "Files", "how many were handed out"),
	NUMBER("size", REQUIRED, 0, LARGEST, "Tree size", "entries of the log that it was computed from"),
	STRING("content", REQUIRED | UNSEARCHED, "Content", "BLAKE2b-256 of what it says, without when and by which log"),
	DONE
};

static const struct field receipt_fields[] = {
	PARTY("from", REQUIRED, "Sender", "state that sent the package"),
	STRING("created", REQUIRED, "Made", "moment at which the sender made it"),
	STRING("digest", REQUIRED, "Digest", "BLAKE2b-512 of the package file, as b2sum prints it"),
	NUMBER("first", REQUIRED, 0, LARGEST, "First leaf", "index of the first leaf in the package"),
	NUMBER("size", REQUIRED, 0, LARGEST, "Tree size", "size of the sender's tree at its checkpoint"),
	NUMBER("records", REQUIRED, 0, LARGEST, "Records", "number of records in it"),
	STRING("leaves", 0, "Leaves", "indexes of the records that were new, as ranges: 3-7,9"),
	STRING("checkpoint", REQUIRED, "Checkpoint", "the signed note that vouches for them"),
	STRING("restored", 0, "Restored", "moment at which the sender's store was put back from a backup, as it says"),
	STRING("backup", 0, "Backup", "moment at which that backup was made"),
	NUMBER("restored_size", 0, 0, LARGEST, "Restored size", "entries of the sender's log in that backup"),
	DONE
};

static const struct field fork_fields[] = {
	PARTY("state", REQUIRED, "State", "state that shows two histories"),
	STRING("log", REQUIRED, "Log", "origin of its log"),
	STRING("proof", REQUIRED, "Evidence", "both signed checkpoints, as qorgan partner fork gives them"),
	DONE
};

static const struct field forgotten_group[] = {
	STRING("kind", REQUIRED, "Kind", "of the object"),
	STRING("id", REQUIRED, "Id", "of the object"),
	STRING("owner", REQUIRED, "Owner", "state whose object it is"),
	NUMBER("version", REQUIRED, 1, LARGEST, "Version", "that was forgotten"),
	STRING("log", 0, "Log", "origin of the log that its entry is in; absent: this store's"),
	NUMBER("leaf", REQUIRED, 0, LARGEST, "Leaf", "index of its entry"),
	STRING("hash", REQUIRED, "Hash", "leaf hash of what stands in its place, Base64"),
	DONE
};
static const struct field forgetting_fields[] = {
	STRING("reason", REQUIRED, "Reason", "why it was forgotten"),
	STRING("forgotten_at", REQUIRED, "Time", "moment at which it was forgotten"),
	STRING("forgotten_by", REQUIRED, "User", "administrator who forgot it"),
	GROUP("versions", LIST, forgotten_group, "Versions", "whose content was forgotten"),
	STRING("files", LIST, "Files", "attached files whose content was forgotten, by their ids"),
	STRING("endorsement", REQUIRED, "Endorsement", "by the admin key, of this version"),
	DONE
};

static const struct field rendering_group[] = {
	STRING("format", REQUIRED, "Format", "as -f of report names it"),
	NUMBER("size", REQUIRED, 0, LARGEST, "Size", "in bytes"),
	STRING("sha256", REQUIRED, "SHA-256", "of the file, as sha256sum prints it"),
	REFER("evidence", REQUIRED, "evidence", "Evidence", "the file itself, as it was handed out"),
	STRING("signature", REQUIRED | LIST, "Signature", "minisign's, of the file: its lines"),
	DONE
};
static const struct field source_group[] = {
	STATE("state", REQUIRED, "State", "state whose reports were taken into account"),
	STRING("origin", 0, "Log", "origin of its log"),
	NUMBER("size", REQUIRED, 0, LARGEST, "Tree size", "of its log, as far as its packages told"),
	DONE
};
static const struct field snapshot_fields[] = {
	STRING("report", REQUIRED, "Report", "kind of report"),
	FLAG("joint", 0, "Joint", "over what all states sent"),
	DATE("from", REQUIRED, "First day", "of the period"),
	DATE("to", REQUIRED, "Last day", "of the period"),
	STRING("as_of", REQUIRED, "As of", "day or moment up to which records count"),
	STRING("made", REQUIRED, "Made", "moment at which it was computed"),
	STRING("language", REQUIRED, "Language", "of its words"),
	STRING("program", REQUIRED, "Program", "version of the program that computed it"),
	STRING("origin", REQUIRED, "Log", "origin of the log that it was computed from"),
	NUMBER("size", REQUIRED, 0, LARGEST, "Tree size", "entries of that log that it was computed from"),
	STRING("root", REQUIRED, "Root", "of the log's tree at that size, hexadecimal"),
	GROUP("sources", LIST, source_group, "Other logs", "of a joint report: what it knew other states by"),
	GROUP("renderings", LIST | REQUIRED, rendering_group, "Files", "what was handed out"),
	STRING("reason", 0, "Reason", "why the version before was corrected"),
	SHARED, DONE
};

#define KIND(k, n, f, i, p, l, pl) \
	static const struct schema k##_schema = { \
		.kind = #k, .number = n, .flags = f, .id_form = i, .parent = p, .label = l, .plural = pl, .fields = k##_fields }
#define CATALOGUE (SCHEMA_CATALOGUE | SCHEMA_RELEASABLE)
#define EDITABLE (CATALOGUE | SCHEMA_EDITABLE)
KIND(catalogue, 1, CATALOGUE, SCHEMA_ID_NAME, NULL, "Catalogue", "catalogues");
KIND(state, 2, CATALOGUE, SCHEMA_ID_NAME, NULL, "State", "states");
KIND(scale, 3, CATALOGUE, SCHEMA_ID_NAME, NULL, "Scale", "scales");
KIND(period, 4, CATALOGUE, SCHEMA_ID_NAME, NULL, "Period", "periods");
KIND(domain, 5, EDITABLE, SCHEMA_ID_NAME, NULL, "Domain", "domains");
KIND(risk, 6, EDITABLE, SCHEMA_ID_NAME, NULL, "Risk", "risks");
KIND(measure, 7, EDITABLE, SCHEMA_ID_NAME, NULL, "Measure", "measures");
KIND(evidence, 8, CATALOGUE, SCHEMA_ID_DIGEST, NULL, "Evidence", "evidence");
KIND(status, 9, CATALOGUE, SCHEMA_ID_PAIR, "measure", "Status", "statuses");
KIND(note, 10, SCHEMA_CATALOGUE, SCHEMA_ID_PAIR, NULL, "Note", "notes");
KIND(partner, 11, SCHEMA_CATALOGUE, SCHEMA_ID_NAME, NULL, "Partner", "partners");
KIND(release, 12, 0, SCHEMA_ID_PAIR, NULL, "Release", "releases");
KIND(commit, 13, 0, SCHEMA_ID_NUMBER, NULL, "Commit", "commits");
KIND(assessment, 14, CATALOGUE, SCHEMA_ID_PAIR, "risk", "Assessment", "assessments");
KIND(proposal, 15, CATALOGUE, SCHEMA_ID_PAIR, NULL, "Proposal", "proposals");
KIND(answer, 16, CATALOGUE, SCHEMA_ID_PAIR, NULL, "Answer", "answers");
KIND(receipt, 17, 0, SCHEMA_ID_PAIR, NULL, "Receipt", "receipts");
KIND(fork, 18, 0, SCHEMA_ID_PAIR, NULL, "Fork", "forks");
KIND(snapshot, 19, CATALOGUE, SCHEMA_ID_NAME, NULL, "Frozen report", "frozen reports");
KIND(user, 20, 0, SCHEMA_ID_NAME, NULL, "User", "users");
KIND(forgetting, 21, 0, SCHEMA_ID_NAME, NULL, "Forgetting", "forgettings");
KIND(policy, 22, 0, SCHEMA_ID_NAME, NULL, "Policy", "policies");
KIND(request, 23, 0, SCHEMA_ID_NAME, NULL, "Request", "requests");
KIND(handout, 24, 0, SCHEMA_ID_PAIR, NULL, "Report handed out", "reports handed out");

static const struct schema *const kinds[] = {
	&catalogue_schema, &state_schema, &scale_schema, &period_schema, &domain_schema, &risk_schema, &measure_schema,
	&evidence_schema, &status_schema, &assessment_schema, &note_schema, &proposal_schema, &answer_schema, &snapshot_schema,
	&partner_schema, &user_schema, &policy_schema, &request_schema, &release_schema, &handout_schema, &receipt_schema, &fork_schema,
	&forgetting_schema, &commit_schema
};

const struct schema *const *schema_all(size_t *count)
{
	*count = sizeof kinds / sizeof kinds[0];
	return kinds;
}

const struct schema *schema_find(const char *kind, size_t size)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (strlen(kinds[i]->kind) == size && memcmp(kinds[i]->kind, kind, size) == 0)
			return kinds[i];
	return NULL;
}

const struct field *schema_field(const struct field *fields, const char *name, size_t size)
{
	for (; fields->name; fields++)
		if (strlen(fields->name) == size && memcmp(fields->name, name, size) == 0)
			return fields;
	return NULL;
}
