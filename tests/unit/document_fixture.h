/* A document made by hand, with figures and tables of as many measures as asked for, for
 * the tests of what shows documents. */
#ifndef TESTS_DOCUMENT_FIXTURE_H
#define TESTS_DOCUMENT_FIXTURE_H

#include "base/date.h"
#include "report/document.h"

#define DOCUMENT_FIXTURE_HOSTILE \
	"<script>alert(1)</script> ]]> & \"quoted\" 'text' </style> \x01\x1b \u202e rtl \u05d0\u05d1 \xff"

/* A day within the years 2026 to 2028, and some days later. */
static inline const char *document_fixture_day(struct document *document, size_t number, size_t later)
{
	char text[DATE_TEXT_SIZE];

	date_format(date_from(2026, 1, 1) + (date_day)(number * 37 % 1040 + later), text);
	return document_format(document, "%s", text);
}

static inline struct report_level document_fixture_level(unsigned likelihood, unsigned impact)
{
	unsigned score = likelihood * impact;

	return (struct report_level){ likelihood, impact, score, score < 5 ? "Low" : score < 10 ? "Moderate" : "High",
		                          score < 5 ? "#ffffb2" : score < 10 ? "#fecc5c" : "#e31a1c" };
}

static inline void document_fixture_matrix(struct document *document, struct report_scale *scale, size_t count)
{
	static const char *const words[] = { "", "Очень низкая", "Низкая", "Средняя", "Высокая", "Очень высокая" };
	struct document_figure *figure = document_add_figure(document, DOCUMENT_MATRIX, "Матрица рисков",
	                                                     "Куда идут риски.");

	*scale = (struct report_scale){ .likelihoods = 5, .impacts = 5 };
	for (int i = 1; i <= 5; i++)
		scale->likelihood[i] = scale->impact[i] = words[i];
	for (unsigned from = 1; from <= 10; from += from == 1 ? 4 : 5) {
		struct report_band *band = arena_add(&document->arena, &scale->bands);
		*band = (struct report_band){ from, from == 1 ? "Низкий" : from == 5 ? "Умеренный" : "Высокий",
			                          from == 1 ? "#ffffb2" : from == 5 ? "#fecc5c" : "#e31a1c" };
	}
	figure->matrix.scale = scale;
	for (size_t i = 0; i < count; i++) {
		struct document_matrix_point *point = arena_add(&document->arena, &figure->matrix.points);
		unsigned likelihood = 1 + (unsigned)(i * 7 % 5), impact = 1 + (unsigned)(i * 3 % 5);
		point->id = document_format(document, "CYB-%02zu", i + 1);
		point->title = "Нападение на системы управления электросетями нескольких государств";
		point->inherent = document_fixture_level(likelihood, impact > 3 ? impact : 4);
		if (i % 9 != 8)
			point->residual = document_fixture_level(likelihood > 1 ? likelihood - 1 : 1, impact);
		point->target = document_fixture_level(1, impact > 1 ? impact - 1 : 1);
	}
}

static inline void document_fixture_timeline(struct document *document, size_t count)
{
	struct document_figure *figure = document_add_figure(document, DOCUMENT_TIMELINE, "Ход мер", "Сроки и вехи.");

	figure->timeline.today = "2026-06-30";
	for (size_t i = 0; i < count; i++) {
		struct document_span *span = arena_add(&document->arena, &figure->timeline.spans);
		span->id = document_format(document, "CYB-%02zu-M%zu", i / 4 + 1, i % 4 + 1);
		span->title = i % 11 == 3 ? DOCUMENT_FIXTURE_HOSTILE
		                          : "Совместные учения операторов критической инфраструктуры";
		span->start = i % 13 == 5 ? "" : document_format(document, "2026-%02zu-01", i % 12 + 1);
		span->due = i % 17 == 7 ? "" : document_format(document, "202%zu-%02zu-28", 7 + i % 2, i % 12 + 1);
		span->original_due = i % 3 == 1 ? document_format(document, "2027-%02zu-15", i % 12 + 1) : "";
		span->progress = i % 5 == 4 ? -1 : (int)(i * 23 % 101);
		span->overdue = i % 7 == 2;
		span->done = i % 7 == 5;
		for (size_t k = 0; k < i % 6; k++) {
			struct document_mark *mark = arena_add(&document->arena, &span->marks);
			mark->date = k == 3 ? span->marks.items[2].date
			                    : k == 4 ? document_fixture_day(document, i * 5 + 6, 20 + i % 30)
			                             : document_fixture_day(document, i * 5 + k * 3, 0);
			mark->title = "Веха";
			mark->done = k % 2 == 0;
		}
	}
}

static inline void document_fixture_bars(struct document *document, size_t count)
{
	static const char *const parts[] = { "никогда не сообщалось", "запланировано", "выполняется", "завершено",
		                                 "проверено", "приостановлено", "отменено" };
	struct document_figure *figure = document_add_figure(document, DOCUMENT_BARS, "Меры по состоянию", "Сколько где.");

	figure->bars.part_count = 7;
	for (size_t i = 0; i < 7; i++)
		figure->bars.parts[i] = parts[i];
	for (size_t i = 0; i < count; i++) {
		struct document_bar *bar = arena_add(&document->arena, &figure->bars.bars);
		bar->label = document_format(document, "Область %zu", i + 1);
		bar->title = "Кибербезопасность";
		for (size_t k = 0; k < 7; k++)
			bar->parts[k] = i == 1 ? 0 : (i * 5 + k * 3) % (k + 4);
	}
}

static inline void document_fixture_heat(struct document *document, size_t rows, size_t columns)
{
	struct document_figure *figure = document_add_figure(document, DOCUMENT_HEAT, "Меры по областям", "Сколько мер.");
	const char **row_labels = arena_take(&document->arena, rows * sizeof *row_labels);
	const char **column_labels = arena_take(&document->arena, columns * sizeof *column_labels);
	const char **row_titles = arena_take(&document->arena, rows * sizeof *row_titles);
	uint64_t *values = arena_take(&document->arena, rows * columns * sizeof *values);

	for (size_t i = 0; i < rows; i++)
		row_labels[i] = document_format(document, "Область %zu", i + 1);
	for (size_t i = 0; i < rows; i++)
		row_titles[i] = i % 3 == 0 ? "" : i % 3 == 1 ? "Кибербезопасность" : DOCUMENT_FIXTURE_HOSTILE;
	for (size_t i = 0; i < columns; i++)
		column_labels[i] = document_format(document, "S%02zu", i + 1);
	for (size_t i = 0; i < rows * columns; i++)
		values[i] = i * i % 23;
	figure->heat = (struct document_heat){ rows, columns, row_labels, column_labels, values, "Меры",
		                                     row_titles };
}

static inline void document_fixture_table(struct document *document, size_t count)
{
	static const struct document_column columns[] = {
		{ "Код", "", DOCUMENT_TEXT, 10 },       { "Название", "как в каталоге", DOCUMENT_TEXT, 0 },
		{ "Срок", "", DOCUMENT_DATE, 10 },      { "Ход", "в процентах", DOCUMENT_PERCENT, 6 },
		{ "Отчёты", "", DOCUMENT_NUMBER, 6 },   { "Уровень", "", DOCUMENT_LEVEL, 8 },
	};
	struct document_table *table = document_add_table(document, "Все меры", "Нет.", columns, 6);

	for (size_t i = 0; i < count; i++) {
		struct report_level level = document_fixture_level(1 + (unsigned)(i % 5), 1 + (unsigned)(i * 3 % 5));
		document_cell_text(document, table, document_format(document, "CYB-%02zu-M%zu", i / 4 + 1, i % 4 + 1));
		document_cell_text(document, table, i % 11 == 3 ? DOCUMENT_FIXTURE_HOSTILE
		                                                : "Совместные учения операторов критической инфраструктуры");
		document_cell_date(document, table, i % 8 == 1 ? "" : document_fixture_day(document, i, 0), i % 7 == 2);
		document_cell_percent(document, table, i % 5 == 4 ? -1 : (int)(i * 23 % 101));
		document_cell_number(document, table, (int64_t)(i * 7 % 30));
		document_cell_level(document, table, &level);
	}
}

/* With so many measures; `scale` must live as long as the document. */
static inline void document_fixture_make(struct document *document, struct report_scale *scale, size_t count)
{
	static const struct document_column none[] = { { "Код", "", DOCUMENT_TEXT, 0 } };

	document_start(document);
	document->language = "ru";
	document->title = "Отчёт о состоянии <b>2026-H1</b>";
	document->marking = "TLP:AMBER+STRICT";
	document->notice = "Каталог показательный.";
	document_add_fact(document, "Период", "2026-H1");
	document_add_fact(document, "Государство", DOCUMENT_FIXTURE_HOSTILE);
	document_add_section(document, 1, "matrix", "Риски");
	document_add_paragraph(document, DOCUMENT_FIXTURE_HOSTILE);
	document_fixture_matrix(document, scale, count);
	document_add_section(document, 1, "measures", "Меры");
	document_fixture_bars(document, count);
	document_fixture_heat(document, count < 20 ? count : 20, 6);
	document_add_section(document, 2, "timeline", "Ход");
	document_fixture_timeline(document, count);
	document_add_section(document, 2, "table", DOCUMENT_FIXTURE_HOSTILE);
	document_fixture_table(document, count);
	document_add_section(document, 1, "none", "Пусто");
	document_add_table(document, "Без строк", "Нет строк.", none, 1);
	document_add_note(document, "Мелким шрифтом.");
}

#endif
