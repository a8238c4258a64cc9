/* What gems and helpers add to migrations, where what they do is well known: paperclip's attachments
 * (lib/paperclip/schema.rb of thoughtbot/paperclip), the helpers for large tables that GitLab gave to others
 * (lib/gitlab/database/migration_helpers.rb). */
#include "lower/rails_p.h"

/* The columns of an attachment: number I. */
static struct rails_column
attachment_column(uint32_t name, uint32_t i)
{
	static const struct {
		const char *suffix, *type;
	} columns[] = {{"_file_name", "string"}, {"_content_type", "string"},
		{"_file_size", "integer"}, {"_updated_at", "timestamp"}};

	return (struct rails_column){.name = name,
		.suffix = columns[i].suffix,
		.type = str_from(columns[i].type),
		.precision = -1};
}

bool
rails_attachment_column(const struct rails_call *c, uint32_t i, struct rails_column *out)
{
	*out = attachment_column(rails_arg(c, i / 4), i % 4);
	return out->name && c->r->l.u->values.v[out->name].kind == VALUE_STRING;
}

void
rails_attachments_added(const struct rails_call *c)
{
	struct rails_column column;

	for (uint32_t i = 0; rails_attachment_column(c, i, &column); i++)
		rails_column_added(c, &column);
}

void
rails_attachments_removed(const struct rails_call *c)
{
	struct rails_column column;

	for (uint32_t i = 0; rails_attachment_column(c, i, &column); i++) {
		rails_begin_alter(c);
		lower_text_add(&c->r->l, " DROP COLUMN ");
		rails_add_if_exists(c);
		rails_add_name(c->r, column.name, column.suffix);
		lower_text_run(&c->r->l);
	}
}

/* add_column_with_default(table, column, type, default:, allow_null: false) */
void
rails_column_with_default(const struct rails_call *c)
{
	struct rails_column column;

	if (!rails_column_of(c, STR("column"), 0, &column))
		return;
	column.not_null = !rails_is(c->r->l.u, c->call, "allow_null");
	rails_column_added(c, &column);
}
