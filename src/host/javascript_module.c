/* Imports and exports (ECMAScript, "Modules"). What another file can ask for is a file-level name, or
 * `export.NAME` where it is called otherwise there: `export.default`, `export.=` for module.exports,
 * `export.*` for what a module passes on as a whole. */
#include "javascript_p.h"

static void
import_name(
	struct javascript *p, struct str name, struct span span, struct str path, struct str member)
{
	struct reader *r = &p->r;
	uint32_t value = unit_add_value(r->u, (struct value){.kind = VALUE_REFERENCE,
						      .text = js_imported(p, path, member),
						      .span = span});

	reader_declare(r,
		(struct symbol){.kind = SYMBOL_IMPORT, .name = name, .span = span, .value = value},
		0, 0);
}

/* A name, or a module's export that is written as a string. */
static struct str
export_name(struct javascript *p, struct span *span)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);
	struct str text = lexer_text(&r->lexer, &t);

	*span = (struct span){.offset = t.at, .length = t.length};
	if (t.kind == TOKEN_STRING && text.n >= 2)
		text = str_slice(text, 1, text.n - 1);
	else if (t.kind != TOKEN_NAME)
		reader_fail(r, "a name was expected");
	reader_next(r);
	return text;
}

/* "export.b" of `as b`. */
static struct str
renamed(struct javascript *p, struct span *span)
{
	struct str name = export_name(p, span);

	return str_format(p->r.u->arena, "export.%.*s", STR_ARG(name));
}

/* The module's path behind `from`. */
static struct str
from_path(struct javascript *p)
{
	struct reader *r = &p->r;
	struct token t = *reader_token(r);
	struct str text = reader_text(r);

	if (t.kind != TOKEN_STRING || t.quote == JS_TEMPLATE || text.n < 2) {
		reader_fail(r, "a module's path was expected");
		return (struct str){0};
	}
	reader_next(r);
	if ((reader_is_word(r, JS_WITH) || js_is_name(p, 0, "assert")) && js_is_op(p, 1, '{')) {
		reader_next(r);
		js_skip_group(p);
	}
	return str_slice(text, 1, text.n - 1);
}

/* `{ a as b, type C }` from PATH. EXPORT: what is passed on. */
static void
names(struct javascript *p, struct str path, bool export)
{
	struct reader *r = &p->r;
	struct span span;

	reader_next(r);
	while (!r->failed && !reader_is(r, OP1('}'))) {
		bool type = js_is_name(p, 0, "type") && js_at_word(p, 1) &&
			    (!js_is_name(p, 1, "as") || js_at_word(p, 2));
		struct str member, name;

		if (type)
			reader_next(r);
		member = export_name(p, &span);
		name = js_take_name(p, "as") ? export_name(p, &span) : member;
		if (export)
			name = str_format(r->u->arena, "export.%.*s", STR_ARG(name));
		if (!r->failed && !type)
			import_name(p, name, span, path, member);
		if (!reader_take(r, OP1(',')) && !reader_is(r, OP1('}')))
			reader_fail(r, "a ',' or '}' was expected");
	}
	reader_want(r, OP1('}'), "a '}' is missing");
}

/* The path behind the names that begin here, which are read when it is known. */
static struct str
path_behind(struct javascript *p, uint32_t *behind)
{
	struct reader *r = &p->r;
	uint32_t first = r->i;
	struct str path = {0};

	while (!r->failed && !js_is_name(p, 0, "from") && reader_token(r)->kind == TOKEN_NAME)
		reader_next(r);
	if (js_is_name(p, 0, "from") && reader_peek(r, 1)->kind != TOKEN_STRING)
		reader_next(r);
	if (reader_take(r, OP1(',')) || reader_is(r, OP1('*')) || reader_is(r, OP1('{'))) {
		if (reader_is(r, OP1('{')))
			js_skip_group(p);
		while (!r->failed && !js_is_name(p, 0, "from") &&
			(js_at_word(p, 0) || reader_is(r, OP1('*'))))
			reader_next(r);
	}
	if (js_take_name(p, "from"))
		path = from_path(p);
	*behind = r->i;
	r->i = first;
	return path;
}

/* `import x = require("y")`, `import x = A.B`. */
static void
import_equals(struct javascript *p)
{
	struct reader *r = &p->r;
	struct span span;
	struct str name = export_name(p, &span), path;
	uint32_t value;

	reader_next(r);
	value = js_expression(p);
	path = js_required(p, value);
	if (path.n)
		import_name(p, name, span, path, STR("*"));
	else if (!r->failed)
		js_declare(p, SYMBOL_VARIABLE, name, span, value);
}

void
js_import(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t behind;
	struct str path, name;
	struct span span;
	bool type;

	reader_next(r);
	if (reader_token(r)->kind == TOKEN_STRING) {
		from_path(p);
		js_end(p);
		return;
	}
	type = js_is_name(p, 0, "type") && (js_is_op(p, 1, '{') || js_is_op(p, 1, '*') ||
						   (js_at_word(p, 1) && !js_is_name(p, 1, "from")));
	if (type)
		reader_next(r);
	if (js_is_op(p, 1, '=')) {
		import_equals(p);
		js_end(p);
		return;
	}
	path = path_behind(p, &behind);
	if (!path.n)
		reader_fail(r, "`from` was expected in an import");
	if (!type && !r->failed && js_at_word(p, 0)) {
		name = export_name(p, &span);
		import_name(p, name, span, path, STR("default"));
		reader_take(r, OP1(','));
	}
	if (!type && reader_take(r, OP1('*')) && js_take_name(p, "as")) {
		name = export_name(p, &span);
		import_name(p, name, span, path, STR("*"));
	} else if (!type && reader_is(r, OP1('{'))) {
		names(p, path, false);
	}
	if (!r->failed)
		r->i = behind;
	js_end(p);
}

static void
export_value(struct javascript *p, const char *name, uint32_t value, struct span span)
{
	reader_symbol(&p->r,
		(struct symbol){.kind = SYMBOL_VARIABLE,
			.name = str_from(name),
			.span = span,
			.value = value},
		0);
}

static void
export_default(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;
	struct span span;

	js_decorators(p);
	if (js_is_name(p, 0, "abstract"))
		reader_next(r);
	if (js_is_name(p, 0, "interface")) {
		js_statement(p);
		return;
	}
	p->bodiless = true;
	value = js_expressions(p);
	p->bodiless = false;
	if (r->failed)
		return;
	span = reader_span(r, from);
	export_value(p, "export.default", value, span);
	/* A class or function is known in its own file, too. */
	if ((r->u->values.v[value].kind == VALUE_CLASS ||
		    r->u->values.v[value].kind == VALUE_FUNCTION) &&
		r->u->values.v[value].text.n)
		js_declare(p,
			r->u->values.v[value].kind == VALUE_CLASS ? SYMBOL_CLASS : SYMBOL_FUNCTION,
			r->u->values.v[value].text, span, value);
	if (!reader_is(r, OP1(';')) && r->u->values.v[value].kind != VALUE_REFERENCE)
		return;
	js_end(p);
}

/* `export { a as b }` of this file. */
static void
export_own(struct javascript *p)
{
	struct reader *r = &p->r;
	struct span span;

	reader_next(r);
	while (!r->failed && !reader_is(r, OP1('}'))) {
		uint32_t from, value;
		struct str name;

		if (js_is_name(p, 0, "type") && js_at_word(p, 1) && !js_is_name(p, 1, "as"))
			reader_next(r);
		from = reader_at(r);
		name = export_name(p, &span);
		if (js_take_name(p, "as")) {
			value = reader_value(r, VALUE_REFERENCE, name, from);
			name = renamed(p, &span);
			reader_symbol(r,
				(struct symbol){.kind = SYMBOL_VARIABLE,
					.name = name,
					.span = span,
					.value = value},
				0);
		}
		if (!reader_take(r, OP1(',')) && !reader_is(r, OP1('}')))
			reader_fail(r, "a ',' or '}' was expected");
	}
	reader_want(r, OP1('}'), "a '}' is missing");
}

/* `* from "x"`, `* as n from "x"`, `{ a } from "x"`, `{ a }`. */
static void
export_names(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t behind;
	struct str path = path_behind(p, &behind), name = STR("export.*");
	struct span span = {.offset = reader_at(r), .length = 1};

	if (reader_take(r, OP1('*'))) {
		if (js_take_name(p, "as"))
			name = renamed(p, &span);
		if (!path.n)
			reader_fail(r, "`from` was expected in an export");
		else
			import_name(p, name, span, path, STR("*"));
	} else if (path.n) {
		names(p, path, true);
	} else {
		export_own(p);
	}
	if (!r->failed)
		r->i = behind;
}

void
js_export(struct javascript *p)
{
	struct reader *r = &p->r;
	uint32_t from = reader_at(r), value;

	reader_next(r);
	if (js_is_name(p, 0, "type") && (js_is_op(p, 1, '{') || js_is_op(p, 1, '*')))
		reader_next(r);
	if (reader_take_word(r, JS_DEFAULT)) {
		export_default(p);
	} else if (reader_is(r, OP1('*')) || reader_is(r, OP1('{'))) {
		export_names(p);
		js_end(p);
	} else if (reader_take(r, OP1('='))) {
		value = js_expression(p);
		export_value(p, "export.=", value, reader_span(r, from));
		js_end(p);
	} else if (js_is_name(p, 0, "as")) {
		while (js_at_word(p, 0) && !js_breaks(p, 0))
			reader_next(r);
		js_end(p);
	} else {
		js_statement(p);
	}
}
