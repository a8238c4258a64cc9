/* Django's operations as events: what the real Django 3.2 does with the same migrations
 * (schema_editor(collect_sql=True)), in our words and with its names. */
#include "base/arena.h"
#include "host/host.h"
#include "lower/django.h"
#include "sql_dump.h"
#include "suite.h"
#include "unit/evaluate.h"

static enum resolution
resolve_or_external(void *self, struct value_ref at, struct str path, struct value_ref *out,
	struct str *external)
{
	if (resolve_in_file(self, at, path, out, external) == RESOLVED)
		return RESOLVED;
	*external = path;
	return RESOLVED_EXTERNAL;
}

/* Python text of a class Migration → its closed value. */
static struct lower_migration
read_migration(struct arena *a, const char *operations)
{
	struct str text = str_format(
		a, "class Migration(migrations.Migration):\n    operations = [%s]\n", operations);
	struct unit *u = arena_new(a, struct unit);
	struct file_scope scope = {.unit = u};
	struct evaluator e = {
		.out = u, .resolver = {resolve_or_external, &scope}, .steps = EVALUATE_STEPS};
	struct host_options options = {0};
	struct lower_migration m = {.group = STR("shop"), .file = 7, .closed = u};

	unit_init(u, a);
	host_by_name(STR("python"))->read(u, text, &options, a);
	for (uint32_t i = 1; i < u->symbols.n; i++)
		if (str_is(u->symbols.v[i].name, "Migration"))
			m.value = evaluate(&e, (struct value_ref){u, 0, u->symbols.v[i].value});
	ck_assert_int_eq(u->values.v[m.value].kind, VALUE_CLASS);
	return m;
}

static void
lower(struct arena *a, const char *before, const char *operations, struct django_result *out)
{
	struct lower_migration migrations[] = {
		read_migration(a, before), read_migration(a, operations)};
	struct django_settings settings = {.auth_user_model = STR("shop.User"),
		.default_auto_field = STR("django.db.models.AutoField")};

	django_lower(a, migrations, 2, &settings, out);
}

#define ID "('id', models.AutoField(primary_key=True))"
#define TAG "migrations.CreateModel('Tag', [" ID ", ('label', models.TextField(null=True))]),"
#define ITEM \
	"migrations.CreateModel('Item', [" ID ", ('name', models.CharField(max_length=20," \
	" unique=True)), ('tags', models.ManyToManyField('shop.Tag'))]),"
#define NODE "migrations.CreateModel('Node', [" ID ", ('near', models.ManyToManyField('self'))]),"
#define PINNED \
	"migrations.CreateModel('Item', [" ID ", ('a', models.IntegerField(db_column='b'))]," \
	" options={'db_table': 'pin'}),"
#define LINE \
	"migrations.CreateModel('Line', [('id', models.BigAutoField(primary_key=True))," \
	" ('tag', models.ForeignKey('Tag', models.CASCADE, null=True))]),"
#define A40 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define B30 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* What stands before, what is done, what the second migration's statements are. */
static const struct {
	const char *before, *operations, *want;
} cases[] = {
	{TAG ITEM, "migrations.RenameModel('Item', 'Product')",
		"rename table shop_item 'shop_product'\n"
		"rename table shop_item_tags 'shop_product_tags'\n"
		"alter table shop_product_tags [drop-constraint"
		" shop_item_tags_item_id_7487b798_fk_shop_item_id if-exists]\n"
		"rename column shop_product_tags .item_id 'product_id'\n"
		"alter table shop_product_tags [constraint"
		" shop_product_tags_product_id_9a158885_fk_shop_product_id"
		" fk(product_id) -> shop_product(id) aa]\n"},
	{TAG ITEM, "migrations.RenameModel(old_name='tag', new_name='Label')",
		"rename table shop_tag 'shop_label'\n"
		"alter table shop_item_tags [drop-constraint"
		" shop_item_tags_tag_id_fc0ffb1a_fk_shop_tag_id if-exists]\n"
		"rename column shop_item_tags .tag_id 'label_id'\n"
		"alter table shop_item_tags [constraint"
		" shop_item_tags_label_id_b584de10_fk_shop_label_id"
		" fk(label_id) -> shop_label(id) aa]\n"},
	{NODE, "migrations.RenameModel('Node', 'Knot')",
		"rename table shop_node 'shop_knot'\n"
		"rename table shop_node_near 'shop_knot_near'\n"
		"alter table shop_knot_near [drop-constraint"
		" shop_node_near_from_node_id_aff8bb1f_fk_shop_node_id if-exists]\n"
		"rename column shop_knot_near .from_node_id 'from_knot_id'\n"
		"alter table shop_knot_near [constraint"
		" shop_knot_near_from_knot_id_f7f88641_fk_shop_knot_id"
		" fk(from_knot_id) -> shop_knot(id) aa]\n"
		"alter table shop_knot_near [drop-constraint"
		" shop_node_near_to_node_id_62541104_fk_shop_node_id if-exists]\n"
		"rename column shop_knot_near .to_node_id 'to_knot_id'\n"
		"alter table shop_knot_near [constraint"
		" shop_knot_near_to_knot_id_27a64e61_fk_shop_knot_id"
		" fk(to_knot_id) -> shop_knot(id) aa]\n"},
	{TAG ITEM,
		"migrations.AlterModelTable('Item', 'thing'),"
		" migrations.AlterModelTable('Item', None)",
		"rename table shop_item 'thing'\n"
		"rename table shop_item_tags 'thing_tags'\n"
		"rename table thing 'shop_item'\n"
		"rename table thing_tags 'shop_item_tags'\n"},
	{PINNED,
		"migrations.RenameModel('Item', 'Product'),"
		" migrations.RenameField('product', 'a', 'z')",
		""},
	{TAG ITEM, "migrations.RenameField('Item', 'name', 'title')",
		"rename column shop_item .name 'title'\n"},
	{TAG,
		"migrations.AddField('Tag', 'parent', models.ForeignKey('self', models.PROTECT,"
		" null=True))",
		"alter table shop_tag [add parent_id integer; constraint shop_tag_parent_id_7ebec9b6"
		"_fk_shop_tag_id fk(parent_id) -> shop_tag(id) aa]\n"
		"create index shop_tag_parent_id_7ebec9b6 n:shop_tag w:(parent_id)\n"},
	{TAG, "migrations.RunPython(forwards)", ""},
	{TAG, "migrations.AlterUniqueTogether('Tag', {('id', 'label')})",
		"alter table shop_tag [constraint shop_tag_id_label_cad04d75_uniq unique(id,label)]\n"},
	{TAG,
		"migrations.AlterIndexTogether('Tag', {('id', 'label')}),"
		" migrations.RenameIndex('Tag', 'by_label', old_fields=('id', 'label')),"
		" migrations.AlterIndexTogether('Tag', set())",
		"create index shop_tag_id_label_cad04d75_idx n:shop_tag w:(id,label)\n"
		"rename index shop_tag_id_label_cad04d75_idx 'by_label'\n"},
	{TAG,
		"migrations.AlterUniqueTogether('Tag', {('id', 'label')}),"
		" migrations.RenameField('Tag', 'label', 'title'),"
		" migrations.AlterUniqueTogether('Tag', set([('id', 'title')])),"
		" migrations.AlterUniqueTogether('Tag', set())",
		"alter table shop_tag [constraint shop_tag_id_label_cad04d75_uniq unique(id,label)]\n"
		"rename column shop_tag .label 'title'\n"
		"alter table shop_tag [drop-constraint shop_tag_id_label_cad04d75_uniq]\n"},
	{TAG,
		"migrations.AlterField('Tag', 'label', models.TextField(db_index=True, null=True)),"
		" migrations.AlterField('Tag', 'label', models.TextField(null=True))",
		"create index shop_tag_label_75bd5993 n:shop_tag w:(label)\n"
		"create index shop_tag_label_75bd5993_like n:shop_tag w:(label)\n"
		"drop index shop_tag_label_75bd5993 if-exists\n"
		"drop index shop_tag_label_75bd5993_like if-exists\n"},
	{TAG,
		"migrations.AddConstraint('Tag', models.UniqueConstraint(fields=['label'],"
		" condition=models.Q(id=1), name='one')), migrations.RemoveConstraint('Tag', 'one')",
		"create index one unique n:shop_tag w:(label)\ndrop index one if-exists\n"},
	{TAG,
		"migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel('Tag')]),"
		" migrations.CreateModel('Tag', [" ID "], options={'managed': False})",
		""},
	/* Swappable: made only when it is the setting's model; else nothing is, later either. */
	{TAG,
		"migrations.CreateModel('Person', [" ID
		", ('tags', models.ManyToManyField('Tag'))],"
		" options={'swappable': 'AUTH_USER_MODEL'}),"
		"migrations.AddField('Person', 'age', models.IntegerField(null=True)),"
		"migrations.AddField('Person', 'more', models.ManyToManyField('Tag')),"
		"migrations.DeleteModel('Person')",
		""},
	{TAG,
		"migrations.CreateModel('user', [" ID
		"], options={'swappable': 'AUTH_USER_MODEL'}),"
		"migrations.AddField('User', 'age', models.IntegerField(null=True))",
		"create table shop_user [add id integer not-null default serial; constraint pk(id)]\n"
		"alter table shop_user [add age integer]\n"},
};

static struct str
dump_step(struct arena *a, const struct django_result *r, uint32_t step)
{
	struct buf b = {.arena = a};

	for (uint32_t i = 0; i < r->lowered.steps.v[step].runs.n; i++) {
		const struct lower_run *run = &r->lowered.steps.v[step].runs.v[i];

		for (uint32_t k = 0; k < run->statements.count; k++) {
			uint32_t s = run->statements.first + k;
			uint32_t event = run->unit->statements.v[s].event;

			dump_event(&b, run->unit, &run->unit->events.v[event]);
			buf_addc(&b, '\n');
		}
	}
	return buf_str(&b);
}

START_TEST(operations_are_events)
{
	struct arena a = {0};
	struct django_result r;

	lower(&a, cases[_i].before, cases[_i].operations, &r);
	ck_assert_text(dump_step(&a, &r, 1), cases[_i].want);
	ck_assert_uint_eq(r.lowered.unit->blind_spots.n, 1);
	arena_free(&a);
}
END_TEST

/* Model, table. */
static const struct {
	const char *operations, *table;
} tables[] = {
	{TAG, "shop_tag"},
	{PINNED, "pin"},
	{"migrations.CreateModel('" A40 B30 "', [" ID "])",
		"shop_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbd923"},
};

START_TEST(tables_are_named_as_django_does)
{
	struct arena a = {0};
	struct django_result r;

	lower(&a, tables[_i].operations, "", &r);
	ck_assert_uint_eq(r.models.n, 1);
	ck_assert_text(r.models.v[0].table, tables[_i].table);
	arena_free(&a);
}
END_TEST

/* What is about one table that is known by name puts no other in doubt. */
static const struct {
	const char *operations, *want;
} narrow[] = {
	{"migrations.RenameModel('Odd', 'Even')", "havoc - shop_odd "},
	{"migrations.RenameModel('Tag', name)", "havoc - shop_tag "},
	{"migrations.RenameField('Tag', 'odd', 'even')", "havoc - shop_tag "},
	{"migrations.AlterField('Tag', 'odd', models.TextField())", "havoc - shop_tag "},
	{"migrations.AlterField('Tag', 'label', field)", "havoc - shop_tag "},
	{"migrations.AlterModelTable('Odd', 'even')", "havoc - shop_odd "},
	{"migrations.AlterModelTable('Tag', table)", "havoc - shop_tag "},
	{"migrations.AddField('Tag', 'x', field)", "havoc - shop_tag "},
	{"migrations.AddField('Odd', 'x', models.TextField())", "havoc - shop_odd "},
	{"migrations.RemoveField('Tag', 'odd')", "havoc - shop_tag "},
	{"migrations.RemoveConstraint('Tag', 'odd')", "havoc - shop_tag "},
	{"migrations.SeparateDatabaseAndState([migrations.RunPython(f)],"
	 " [migrations.CreateModel('New', [" ID "])])",
		"havoc - shop_new "},
};

START_TEST(narrow_havoc)
{
	struct arena a = {0};
	struct django_result r;

	lower(&a, TAG, narrow[_i].operations, &r);
	ck_assert_uint_eq(r.lowered.unit->blind_spots.n, 2);
	ck_assert_int_eq(r.lowered.unit->blind_spots.v[1].reason, BLIND_OPERATION);
	ck_assert(str_starts(dump_step(&a, &r, 1), str_from(narrow[_i].want)));
	arena_free(&a);
}
END_TEST

/* Hostile or unknown: a havoc over the app's tables and a blind spot, in the migration's file. */
static const char *const unknown[] = {
	"somewhere.Odd(1)",
	"computed",
	"migrations.RunSQL.noop",
	"[[[[1]]]]",
};

START_TEST(unknown_is_havoc)
{
	struct arena a = {0};
	struct django_result r;

	lower(&a, TAG, unknown[_i], &r);
	ck_assert_uint_eq(r.lowered.unit->blind_spots.n, 2);
	ck_assert_int_eq(r.lowered.unit->blind_spots.v[1].reason, BLIND_OPERATION);
	ck_assert_uint_eq(r.lowered.unit->blind_spots.v[1].span.origin, 7);
	ck_assert(str_starts(dump_step(&a, &r, 1), STR("havoc - shop_*~ ")));
	arena_free(&a);
}
END_TEST

START_TEST(a_foreign_key_has_no_action_in_the_database)
{
	struct arena a = {0};
	struct django_result r;
	uint32_t keys = 0;

	lower(&a, TAG, LINE, &r);
	for (uint32_t i = 1; i < r.lowered.unit->subcommands.n; i++) {
		const struct subcommand *s = &r.lowered.unit->subcommands.v[i];

		if (s->constraint != CONSTRAINT_FOREIGN_KEY)
			continue;
		keys++;
		ck_assert_int_eq(s->on_delete, 'a');
		ck_assert_text(s->client_action, "CASCADE");
		ck_assert_text(s->target.name, "shop_tag");
	}
	ck_assert_uint_eq(keys, 1);
	arena_free(&a);
}
END_TEST

START_TEST(a_missing_model_is_a_blind_spot)
{
	struct arena a = {0};
	struct django_result r;

	lower(&a, TAG, "migrations.AddField('Odd', 'x', models.TextField())", &r);
	ck_assert_uint_eq(r.lowered.unit->blind_spots.n, 2);
	ck_assert_int_eq(r.lowered.unit->blind_spots.v[1].reason, BLIND_OPERATION);
	ck_assert_uint_eq(r.lowered.unit->blind_spots.v[1].span.origin, 7);
	arena_free(&a);
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_loop_test(t, operations_are_events, 0, sizeof cases / sizeof *cases);
	tcase_add_loop_test(t, tables_are_named_as_django_does, 0, sizeof tables / sizeof *tables);
	tcase_add_loop_test(t, unknown_is_havoc, 0, sizeof unknown / sizeof *unknown);
	tcase_add_loop_test(t, narrow_havoc, 0, sizeof narrow / sizeof *narrow);
	tcase_add_test(t, a_missing_model_is_a_blind_spot);
	tcase_add_test(t, a_foreign_key_has_no_action_in_the_database);
}

int
main(void)
{
	return run_tests("lower", add);
}
