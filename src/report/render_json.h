/* What the parts of the JSON renderer share. */
#ifndef REPORT_RENDER_JSON_H
#define REPORT_RENDER_JSON_H

#include "report/json_writer.h"
#include "report/render.h"

void render_json_counts(struct json_writer *writer, const struct report_counts *counts);
void render_json_risk(struct json_writer *writer, const struct report_model *model, const struct report_risk *risk);
/* A list of changed fields, as the member "fields". */
void render_json_fields(struct json_writer *writer, const struct report_field *fields, size_t count);
/* With the counts of measures, or the number of risks alone. */
void render_json_domains(struct json_writer *writer, const struct report_model *model, bool counts);

void render_json_status(struct json_writer *writer, const struct report_model *model);
void render_json_summary(struct json_writer *writer, const struct report_model *model);
void render_json_dossier(struct json_writer *writer, const struct report_model *model);
void render_json_joint(struct json_writer *writer, const struct report_model *model);

#endif
