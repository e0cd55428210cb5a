package archtest

import (
	"regexp"
	"strings"
	"testing"
)

// portableRoots are the folders whose SQL runs on both engines.
var portableRoots = []string{"internal/store", "internal/connector"}

// construct is something outside the portable subset of DESIGN §3 rule 14.
type construct struct {
	what     string // what is not portable
	instead  string // what is written instead
	pattern  string // against a statement without comments and quoted texts; case does not count
	examples []string
}

var outsideTheSubset = []construct{
	{
		"arrays", "one row per element, or one placeholder per element",
		`\bARRAY\b|\[|\b(ANY|SOME)\s*\(|[=<>]\s*ALL\s*\(|\bUNNEST\b`,
		[]string{
			"SELECT 1 FROM a WHERE id = ANY($1)", "CREATE TABLE a (tags TEXT[])", "SELECT ARRAY(SELECT 1)", "SELECT unnest($1)",
			"SELECT tags[1] FROM a", "SELECT 1 FROM a WHERE n > ALL ($1)",
		},
	},
	{
		"a trigger", "a statement of the command",
		`\bTRIGGER\b`,
		[]string{"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END", "DROP TRIGGER t"},
	},
	{
		"a number made by the database", "an id minted by package id",
		`\b(SMALL|BIG)?SERIAL\d?\b|\b(CREATE|ALTER|DROP)\s+SEQUENCE\b|\b(NEXTVAL|CURRVAL|SETVAL|LASTVAL|LAST_INSERT_ROWID)\b|\bAUTO_?INCREMENT\b|\bAS\s+IDENTITY\b|\bROWID\b`,
		[]string{
			"CREATE TABLE a (id SERIAL)", "CREATE TABLE a (id BIGSERIAL PRIMARY KEY)", "CREATE SEQUENCE s", "SELECT nextval('s')",
			"CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT)", "CREATE TABLE a (id BIGINT GENERATED ALWAYS AS IDENTITY)",
			"SELECT rowid FROM a", "CREATE TABLE a (id TEXT PRIMARY KEY) WITHOUT ROWID",
		},
	},
	{
		"an advisory lock", "a lease row or a guarded write",
		`\bPG_(TRY_)?ADVISORY`,
		[]string{"SELECT pg_advisory_xact_lock($1)", "SELECT pg_try_advisory_lock(1)"},
	},
	{
		"LISTEN or NOTIFY", "the hand-over in memory, with the table as the truth",
		`(^|;)\s*(UN)?(LISTEN|NOTIFY)\b|\bPG_NOTIFY\b`,
		[]string{"LISTEN events", "UNLISTEN *", "notify events", "SELECT pg_notify('events', '')"},
	},
	{
		"a CTE that writes, or returns what it wrote", "two statements",
		`\bAS\s*(NOT\s+MATERIALIZED\s*|MATERIALIZED\s*)?\(\s*(INSERT|UPDATE|DELETE|MERGE)\b`,
		[]string{
			"WITH moved AS (DELETE FROM a RETURNING id) INSERT INTO b SELECT id FROM moved",
			"WITH x AS MATERIALIZED (\n  UPDATE a SET n = 1 RETURNING id\n) SELECT id FROM x", "WITH x AS(insert into a VALUES ($1)) SELECT 1",
		},
	},
	{
		"a stored function or block", "Go",
		`\b(CREATE|DROP)\s+(OR\s+REPLACE\s+)?(FUNCTION|PROCEDURE)\b|\$\$|\bLANGUAGE\s+(PLPGSQL|SQL|C)\b|(^|;)\s*(DO|CALL)\b`,
		[]string{"CREATE OR REPLACE FUNCTION f() RETURNS INT AS $$ SELECT 1 $$", "DROP FUNCTION f", "DO $$ BEGIN END $$", "CALL settle()"},
	},
	{
		"a placeholder other than $1, $2 …", "$ and a number",
		`\?|(^|[^:\w]):[A-Z_]\w*|@\w+|%[SDV]\b`,
		[]string{"SELECT 1 FROM a WHERE id = ?", "SELECT 1 FROM a WHERE id = ?1", "SELECT 1 FROM a WHERE id = :id", "SELECT 1 FROM a WHERE id = @id", "SELECT 1 FROM a WHERE id = %s"},
	},
	{
		"a row lock", "a guard in the write itself",
		`\bFOR\s+(NO\s+KEY\s+|KEY\s+)?(UPDATE|SHARE)\b|\bSKIP\s+LOCKED\b|\bNOWAIT\b|(^|;)\s*LOCK\s+TABLE\b`,
		[]string{"SELECT id FROM a FOR UPDATE SKIP LOCKED", "SELECT id FROM a\nFOR NO KEY UPDATE", "SELECT id FROM a FOR SHARE", "LOCK TABLE a"},
	},
	{
		"the database's clock", "microseconds passed in by Go",
		`\bNOW\s*\(|\bCURRENT_(TIMESTAMP|DATE|TIME)\b|\bLOCALTIME(STAMP)?\b|\b(CLOCK|STATEMENT|TRANSACTION)_TIMESTAMP\b|\b(STRFTIME|JULIANDAY|UNIXEPOCH|DATETIME|DATE_TRUNC|DATE_PART|TO_TIMESTAMP)\b|\bEXTRACT\s*\(|\bINTERVAL\s*''`,
		[]string{
			"SELECT NOW()", "UPDATE a SET at = now ()", "CREATE TABLE a (at BIGINT DEFAULT CURRENT_TIMESTAMP)", "SELECT clock_timestamp()",
			"SELECT strftime('%s', 'now')", "SELECT unixepoch()", "SELECT EXTRACT(EPOCH FROM at) FROM a", "SELECT at + INTERVAL '1 day' FROM a",
		},
	},
	{
		"the database's chance", "values drawn by package id",
		`\bRANDOM\s*\(|\bRANDOMBLOB\b|\bGEN_RANDOM_UUID\b|\bUUID_GENERATE|\bUUIDV7\b`,
		[]string{"SELECT id FROM a ORDER BY RANDOM()", "INSERT INTO a VALUES (gen_random_uuid())", "SELECT hex(randomblob(16))"},
	},
	{
		"a match that the engines do differently", "LOWER(x) LIKE LOWER($1)",
		`\b(ILIKE|GLOB|REGEXP|RLIKE)\b|\bSIMILAR\s+TO\b|!?~|\bCOLLATE\b`,
		[]string{"SELECT 1 FROM a WHERE name ILIKE $1", "SELECT 1 FROM a WHERE name ~* $1", "SELECT 1 FROM a WHERE name GLOB 'x*'", "SELECT 1 FROM a ORDER BY name COLLATE NOCASE"},
	},
	{
		"a :: cast", "CAST(x AS type), or a typed argument",
		`::`,
		[]string{"SELECT $1::bigint", "SELECT id::text FROM a"},
	},
	{
		"another dialect's upsert", "ON CONFLICT (columns) DO …",
		`\bON\s+DUPLICATE\b|\bINSERT\s+(OR\s+\w+|IGNORE)\b|\bREPLACE\s+INTO\b|\bUPDATE\s+OR\s+\w+|\bON\s+CONFLICT\s+ON\s+CONSTRAINT\b|\bMERGE\s+INTO\b`,
		[]string{
			"INSERT INTO a VALUES ($1) ON DUPLICATE KEY UPDATE n = 1", "INSERT OR IGNORE INTO a VALUES ($1)", "insert or replace into a VALUES ($1)",
			"REPLACE INTO a VALUES ($1)", "INSERT INTO a VALUES ($1) ON CONFLICT ON CONSTRAINT a_pkey DO NOTHING", "UPDATE OR IGNORE a SET n = 1",
		},
	},
	{
		"a look into JSON", "opaque TEXT; what is queried has a column",
		`\bJSONB?\b|\bJSONB?_\w+|->|#>|@>|<@|\bTO_JSONB?\b`,
		[]string{"CREATE TABLE a (body JSONB)", "SELECT body->>'id' FROM a", "SELECT body #> '{a}' FROM a", "SELECT 1 FROM a WHERE body @> $1", "SELECT json_extract(body, '$.id') FROM a"},
	},
	{
		"a deferred constraint", "an order of statements that never breaks it",
		`\bDEFERR(ABLE|ED)\b|\bSET\s+CONSTRAINTS\b`,
		[]string{"CREATE TABLE a (b TEXT REFERENCES b (id) DEFERRABLE INITIALLY DEFERRED)", "SET CONSTRAINTS ALL DEFERRED"},
	},
	{
		"a type that the engines store differently", "BIGINT, TEXT, BOOLEAN or BYTEA",
		`\b(TIMESTAMP|TIMESTAMPTZ|REAL|FLOAT\d?|DOUBLE|NUMERIC|DECIMAL|BLOB|VARCHAR|BIT|CITEXT|HSTORE|TSVECTOR)\b|\w\s+(DATE|TIME|UUID|MONEY|CHAR|CHARACTER|INET|XML)\b(\s*\(\d+\))?(\s+(NOT|NULL|DEFAULT|PRIMARY|UNIQUE|CHECK|REFERENCES)\b|\s*[,)])`,
		[]string{
			"CREATE TABLE a (at TIMESTAMPTZ NOT NULL)", "CREATE TABLE a (price NUMERIC(12, 2))", "CREATE TABLE a (n DOUBLE PRECISION)", "CREATE TABLE a (body BLOB)",
			"CREATE TABLE a (id UUID PRIMARY KEY)", "CREATE TABLE a (day DATE)", "CREATE TABLE a (code CHAR(3) NOT NULL)", "ALTER TABLE a ADD COLUMN n REAL",
		},
	},
	{
		"a word of one engine", "standard SQL, or Go",
		`\bPRAGMA\b|\bSQLITE_\w+|\bPG_\w+|\bINFORMATION_SCHEMA\b|\bCONCURRENTLY\b|\bUNLOGGED\b|\bTRUNCATE\b|\bDISTINCT\s+ON\b|\bLATERAL\b|\b(GREATEST|LEAST|IFNULL|IIF|NVL|GROUP_CONCAT|ARRAY_AGG|GENERATE_SERIES|TO_CHAR|STRPOS|INSTR|PRINTF)\s*\(|\bINDEXED\s+BY\b|` + "`",
		[]string{
			"PRAGMA foreign_keys = ON", "SELECT name FROM sqlite_master", "SELECT relname FROM pg_class", "CREATE INDEX CONCURRENTLY i ON a (b)", "TRUNCATE a",
			"SELECT DISTINCT ON (a) b FROM c", "SELECT GREATEST(a, b) FROM c", "SELECT ifnull(a, 0) FROM c", "SELECT `id` FROM a",
		},
	},
}

// portable are statements that no rule may report.
var portable = []string{
	"SELECT id, amount FROM payments WHERE store_id = $1 AND env = $2 AND (created_at, id) < ($3, $4) ORDER BY created_at DESC, id DESC LIMIT $5",
	"INSERT INTO idempotency_keys (scope, key, claimed_at) VALUES ($1, $2, $3) ON CONFLICT (scope, key) DO NOTHING",
	"INSERT INTO a (id, n) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET n = excluded.n WHERE a.n < excluded.n",
	"UPDATE payments SET refunding = refunding + $2 WHERE id = $1 AND charged - refunded - refunding >= $2",
	"UPDATE deliveries SET lease = $1 WHERE id IN (SELECT id FROM deliveries WHERE due_at <= $2 ORDER BY due_at, id LIMIT $3) RETURNING id, body",
	"DELETE FROM leases WHERE until < $1",
	"WITH due AS (SELECT endpoint_id, COUNT(*) AS waiting FROM deliveries WHERE due_at <= $1 GROUP BY endpoint_id) SELECT endpoint_id FROM due WHERE waiting > 0",
	"WITH RECURSIVE walk(id) AS (SELECT MIN(id) FROM a UNION ALL SELECT (SELECT MIN(id) FROM a WHERE id > walk.id) FROM walk WHERE walk.id IS NOT NULL) SELECT id FROM walk",
	"SELECT COALESCE(SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END), 0) FROM entries WHERE account = $1",
	"SELECT 1 FROM a WHERE LOWER(name) LIKE LOWER($1) ESCAPE '!'",
	"SELECT 'who? what::ever @you [1] -> ~' FROM a -- is this NOW() a comment?",
	"SELECT /* FOR UPDATE */ id FROM a",
	`SELECT "order" FROM a`,
	"CREATE TABLE orders (id TEXT PRIMARY KEY, amount BIGINT NOT NULL CHECK (amount >= 0), live BOOLEAN NOT NULL DEFAULT FALSE, body BYTEA, FOREIGN KEY (id) REFERENCES stores (id))",
	"CREATE UNIQUE INDEX events_key ON events (store_id, env, type, event_key) WHERE event_key <> ''",
	"ALTER TABLE a ADD COLUMN next_payment_date TEXT NOT NULL DEFAULT ''",
	"DROP TABLE a; DROP INDEX b",
	"SELECT notify_new_orders, sequence, time_zone, date, uuid FROM stores WHERE interval = $1",
}

// breachesOf names every construct outside the subset that a statement uses.
func breachesOf(statement string) []construct {
	bare := bareStatement(statement)
	var found []construct
	for _, c := range outsideTheSubset {
		if regexp.MustCompile(`(?i)` + c.pattern).MatchString(bare) {
			found = append(found, c)
		}
	}
	return found
}

func TestSQLIsPortable(t *testing.T) {
	t.Parallel()
	for _, root := range portableRoots {
		for _, found := range mustReadStatements(t, root) {
			for _, breach := range breachesOf(found.text) {
				t.Errorf("%s uses %s; write %s\n\t%s", found.place, breach.what, breach.instead, firstLine(found.text))
			}
		}
	}
}

func TestEveryUserOfTheDatabaseIsRead(t *testing.T) {
	t.Parallel()
	var roots []pattern
	for _, root := range portableRoots {
		roots = append(roots, pattern(root+"/..."))
	}
	elsewhere := rule{
		from:   packages("..."),
		except: join(proofs, roots, packages("internal/sqldb/...", "internal/app/...", "internal/cli/...")),
		never:  packages("internal/sqldb/..."),
	}
	for _, breach := range elsewhere.breaches(mustReadGraph(t)) {
		t.Errorf("%s: its SQL is not checked; add its folder to portableRoots", breach)
	}
}

func TestEveryConstructOutsideTheSubsetIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range outsideTheSubset {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			if len(c.examples) == 0 {
				t.Fatal("no example")
			}
			for _, example := range c.examples {
				found := false
				for _, breach := range breachesOf(example) {
					found = found || breach.what == c.what
				}
				if !found {
					t.Errorf("not found in: %s", example)
				}
				if !isSQL(example) {
					t.Errorf("not taken for SQL in Go source: %s", example)
				}
			}
		})
	}
}

func TestPortableStatementsPass(t *testing.T) {
	t.Parallel()
	for _, statement := range portable {
		for _, breach := range breachesOf(statement) {
			t.Errorf("taken for %s: %s", breach.what, statement)
		}
		if !isSQL(statement) {
			t.Errorf("not taken for SQL in Go source: %s", statement)
		}
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
