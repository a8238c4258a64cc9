"""SELECT, INSERT, UPDATE, DELETE and MERGE by chance over the tables of fixtures/query/schema.sql.

A generator keeps what each entry of a scope is called and which columns it has, so that nearly all
statements are valid; a few name what is not there, or what two entries have.
"""

import random
import re

TABLES = {"t": ["a", "b", "c"], "u": ["c", "d", "e"], "w": ["a", "f", "g"], "other.o": ["d", "h", "i"],
          "x": ["a", "b", "d"]}
VIEWS = {"x"}
KEYS = {"t": "a", "u": "c", "w": "a", "other.o": "d"}
DEPTH = 2


class Entry:
    """One item of FROM: what qualifies its columns, and which they are."""

    def __init__(self, alias, columns):
        self.alias, self.columns = alias, columns


class Chance:
    """Makes statements out of a seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.any = self.random.choice
        self.number = 0
        self.ctes = []  # what WITH has named: {name: columns}, innermost last

    def odds(self, chance):
        return self.random.random() < chance

    def fresh(self, prefix):
        self.number += 1
        return f"{prefix}{self.number}"

    def column(self, scope, outer=()):
        """A reference to a column of the scope, at times of one around it."""
        if outer and self.odds(0.3):
            scope = self.any(list(outer))
        entry = self.any(scope)
        column = self.any(entry.columns)
        alone = sum(column in e.columns for e in scope) == 1
        # An outer column that an inner scope has as well would be the inner one's: qualified.
        if self.odds(0.02):
            return self.any(["a", "d", "zz"])
        return column if alone and not outer and self.odds(0.6) else f"{entry.alias}.{column}"

    def expression(self, scope, outer=(), depth=DEPTH):
        c = self.column(scope, outer)
        if depth == 0 or self.odds(0.5):
            return c
        return self.any([
            lambda: f"{c} + {self.expression(scope, outer, depth - 1)}",
            lambda: f"coalesce({c}, {self.expression(scope, outer, depth - 1)})",
            lambda: f"CASE WHEN {self.condition(scope, outer, depth - 1)} THEN {c} ELSE 0 END",
            lambda: f"({self.select([scope, *outer], depth - 1, 1)[0]} LIMIT 1)",
            lambda: f"abs({c})", lambda: "1"])()

    def condition(self, scope, outer=(), depth=DEPTH):
        c = self.column(scope, outer)
        if depth == 0:
            return f"{c} > 0"
        return self.any([
            lambda: f"{c} = {self.expression(scope, outer, depth - 1)}", lambda: f"{c} IS NOT NULL",
            lambda: f"{c} IN ({self.select([scope, *outer], depth - 1, 1)[0]})",
            lambda: f"EXISTS ({self.select([scope, *outer], depth - 1)[0]})",
            lambda: f"NOT ({self.condition(scope, outer, depth - 1)}) OR {c} < 7"])()

    def table(self, writable=False):
        return self.any([t for t in TABLES if not (writable and t in VIEWS)])

    def item(self, lateral, depth):
        """One entry of FROM: its text and Entry."""
        kinds = ["table"] * 5 + (["sub", "values", "function"] if depth else [])
        visible = {n: c for names in self.ctes for n, c in names.items()}
        kinds += ["cte"] * (3 if visible else 0)
        kind, alias = self.any(kinds), self.fresh("q")
        if kind == "cte":
            name = self.any(list(visible))
            return (name, Entry(name, visible[name])) if self.odds(0.5) else \
                   (f"{name} AS {alias}", Entry(alias, visible[name]))
        if kind == "sub":
            text, columns = self.select(lateral and [lateral], depth - 1)
            word = "LATERAL " if lateral else ""
            if self.odds(0.2):
                columns = [self.fresh("n") for _ in columns]
                return f"{word}({text}) AS {alias} ({', '.join(columns)})", Entry(alias, columns)
            return f"{word}({text}) AS {alias}", Entry(alias, columns)
        if kind == "values":
            return f"(VALUES (1, 2)) AS {alias} (v, {alias}v)", Entry(alias, ["v", f"{alias}v"])
        if kind == "function":
            return f"generate_series(1, 3) AS {alias}", Entry(alias, [alias])
        table = self.table()
        while any(table.split(".")[-1] in names for names in self.ctes):
            table = self.table()
        columns = list(TABLES[table])
        if self.odds(0.4):
            return table, Entry(table.split(".")[-1], columns)
        if self.odds(0.1):
            columns[0] = self.fresh("n")
            return f"{table} AS {alias} ({columns[0]})", Entry(alias, columns)
        return f"{table} AS {alias}", Entry(alias, columns)

    def joined(self, left_text, scope, right_text, right):
        """JOIN … ON, USING, NATURAL: its text; merged columns are no one entry's any more."""
        common = [c for c in right.columns if sum(c in e.columns for e in scope) == 1]
        shared = [c for c in right.columns if any(c in e.columns for e in scope)]
        kind = self.any(["", "LEFT ", "RIGHT ", "FULL "])
        if common and self.odds(0.4):
            column = self.any(common)
            merged = Entry(None, [])
            for e in [*scope, right]:
                e.columns = [c for c in e.columns if c != column]
            return f"{left_text} {kind}JOIN {right_text} USING ({column})", column, merged
        if shared == common and common and self.odds(0.2):
            for e in [*scope, right]:
                e.columns = [c for c in e.columns if c not in common]
            return f"{left_text} NATURAL {kind}JOIN {right_text}", None, None
        scope_all = [*scope, right]
        on = f"{self.column(scope)} = {self.column([right])}" if all(e.columns for e in scope_all) else "1 = 1"
        return f"{left_text} {kind}JOIN {right_text} ON {on}", None, None

    def sources(self, depth, most=3):
        """FROM and its scope."""
        text, entry = self.item(None, depth)
        scope = [entry]
        for _ in range(self.random.randint(0, most - 1)):
            lateral = [e for e in scope if e.columns] if self.odds(0.3) else None
            right_text, right = self.item(lateral, depth)
            if any(e.alias == right.alias for e in scope):
                continue
            if self.odds(0.7) and not lateral:
                text, _, _ = self.joined(text, scope, right_text, right)
            else:
                text = f"{text} CROSS JOIN {right_text}"
            scope.append(right)
        return text, [Entry(e.alias, list(e.columns)) for e in scope if e.columns] or None

    def select(self, outer=(), depth=DEPTH, width=0, branch=False):
        """A SELECT and the names of its columns; WIDTH columns, 0: any number."""
        outer = [list(s) for s in outer or []]
        if depth and not outer and self.odds(0.12):
            left, columns = self.select((), depth - 1, width or 2, True)
            right, _ = self.select((), depth - 1, width or 2, True)
            return f"{left} {self.any(['UNION', 'UNION ALL', 'EXCEPT'])} {right}", columns
        text, scope = self.sources(depth)
        while not scope:
            text, scope = self.sources(depth)
        names, outputs = [], []
        if not width and self.odds(0.15):
            return f"SELECT count(*) AS n FROM {text}" + self.where(scope, outer, depth), ["n"]
        for _ in range(width or self.random.randint(1, 3)):
            names.append(self.fresh("o"))
            outputs.append(f"{self.expression(scope, outer, depth)} AS {names[-1]}")
        star = not width and len(scope) == 1 and self.odds(0.2)
        if star:
            outputs.append(f"{scope[0].alias}.*" if scope[0].alias else "*")
        sql = f"SELECT {self.any(['', '', 'DISTINCT '])}{', '.join(outputs)} FROM {text}"
        sql += self.where(scope, outer, depth)
        # The bare name of an output beats a column of that name.
        if not outer and not branch and self.odds(0.2):
            sql += f" ORDER BY {names[0]}"
        return sql, names

    def where(self, scope, outer, depth):
        return f" WHERE {self.condition(scope, outer, depth)}" if self.odds(0.6) else ""

    def with_(self):
        """WITH and its end: at times a name that a table has as well."""
        self.ctes.append({})
        parts = []
        for _ in range(self.random.randint(1, 2)):
            name = self.any(["t", "u"]) if self.odds(0.2) else self.fresh("k")
            if name in self.ctes[-1]:
                continue
            text, columns = self.select((), 1)
            self.ctes[-1][name] = columns
            parts.append(f"{name} AS ({text})")
        return f"WITH {', '.join(parts)} "

    def returning(self, scope):
        return self.any(["", "", " RETURNING *", f" RETURNING {self.column(scope)}"])

    def target(self):
        table = self.table(writable=True)
        name = table.split(".")[-1]
        if self.odds(0.4):
            alias = self.fresh("q")
            return table, f"{table} AS {alias}", Entry(alias, TABLES[table])
        return table, table, Entry(name, TABLES[table])

    def insert(self):
        table, text, entry = self.target()
        columns = self.random.sample(TABLES[table], self.random.randint(1, 3))
        if self.odds(0.5):
            rows = self.select((), DEPTH, len(columns))[0]
        else:
            rows = "VALUES (" + ", ".join("1" for _ in columns) + ")"
        sql = f"INSERT INTO {text} ({', '.join(columns)}) {rows}"
        if self.odds(0.4):
            action = self.any(["NOTHING", f"UPDATE SET {columns[0]} = EXCLUDED.{columns[0]}"
                               f" WHERE {entry.alias}.{self.any(entry.columns)} > 0"])
            sql += f" ON CONFLICT ({KEYS[table]}) DO {action}"
        return sql + self.returning([entry])

    def update(self):
        table, text, entry = self.target()
        source, scope = "", [entry]
        if self.odds(0.5):
            more, others = self.sources(1, 2)
            if others and not any(e.alias == entry.alias for e in others):
                source, scope = f" FROM {more}", [entry, *others]
        column, further = self.random.sample(TABLES[table], 2)
        change = f"{column} = {self.expression(scope)}"
        if self.odds(0.2):
            change = f"({column}, {further}) = ({self.select([scope], 1, 2)[0]} LIMIT 1)"
        return f"UPDATE {text} SET {change}{source}" + self.where(scope, (), 2) + self.returning(scope)

    def delete(self):
        _, text, entry = self.target()
        source, scope = "", [entry]
        if self.odds(0.5):
            more, others = self.sources(1, 2)
            if others and not any(e.alias == entry.alias for e in others):
                source, scope = f" USING {more}", [entry, *others]
        return f"DELETE FROM {text}{source}" + self.where(scope, (), 2) + self.returning(scope)

    def merge(self):
        table, text, entry = self.target()
        source, other = self.item(None, 1)
        while other.alias == entry.alias or other.alias is None:
            source, other = self.item(None, 1)
        scope = [entry, other]
        column = self.any(TABLES[table])
        matched = self.any(["DELETE", "DO NOTHING", f"UPDATE SET {column} = {self.expression(scope, (), 0)}"])
        return (f"MERGE INTO {text} USING {source} ON {entry.alias}.{KEYS[table]} = {self.column([other])} "
                f"WHEN MATCHED THEN {matched} WHEN NOT MATCHED THEN "
                f"INSERT ({column}) VALUES ({self.column([other])})")

    def statement(self):
        self.ctes, self.number = [], 0
        with_ = self.with_() if self.odds(0.3) else ""
        kind = self.any(["select"] * 6 + ["insert", "update", "delete"] * 2 + ["merge"])
        body = self.select()[0] if kind == "select" else getattr(self, kind)()
        # PostgreSQL forgets a CTE that nothing refers to, with what it would need.
        if with_ and not all(re.search(rf"\b{name}\b", body) for name in self.ctes[-1]):
            return self.statement()
        return with_ + body + (" FOR UPDATE" if kind == "select" and not with_ and self.odds(0.05) and
                               not any(w in body for w in ("UNION", "EXCEPT", "DISTINCT", "count(", "generate")) else "")
