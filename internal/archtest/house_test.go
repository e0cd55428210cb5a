package archtest

import "testing"

// rooms are the folders of the house, DESIGN §1. A new one is added here on
// purpose, together with the rules that bind it.
var rooms = []string{
	"cmd/tillway",
	"internal/api", "internal/app", "internal/archtest", "internal/auth", "internal/backup", "internal/cart", "internal/cli", "internal/config",
	"internal/connector", "internal/egress", "internal/fanout", "internal/fault", "internal/id", "internal/intent", "internal/job",
	"internal/lease", "internal/link", "internal/mail", "internal/money", "internal/operator", "internal/pay", "internal/report", "internal/seal",
	"internal/sqldb", "internal/store", "internal/telemetry", "internal/web", "internal/webhook",
	"test/bench", "test/conformance", "test/crash", "test/e2e", "test/harness",
}

// Groups of packages that several rules name.
var (
	dialects = packages("internal/api/pancake/...", "internal/api/diddo/...", "internal/api/waypay/...", "internal/api/wayl/...")
	ground   = packages("internal/fault", "internal/money", "internal/id", "internal/seal")
	// proofs are packages that exist for tests: suites, fixtures, whole-binary tests.
	proofs = packages("*test/...", "test/...")
)

// rules are the import directions of DESIGN §1. They bind what is built into
// the binary; a package's own _test.go files may import what they like.
var rules = []rule{
	{
		says:   "fault imports nothing of ours",
		from:   packages("internal/fault"),
		only:   packages(),
		breach: path("internal/fault", "internal/id"),
	},
	{
		says:   "money, id and seal know only fault",
		from:   packages("internal/money", "internal/id", "internal/seal"),
		only:   packages("internal/fault"),
		breach: path("internal/id", "internal/money"),
	},
	{
		says:   "the connector port knows only the ground floor",
		from:   packages("internal/connector"),
		only:   ground,
		breach: path("internal/connector", "internal/pay"),
	},
	{
		says:   "pay knows only the ground floor and the connector port",
		from:   packages("internal/pay/..."),
		except: proofs,
		only:   join(ground, packages("internal/connector", "internal/pay/...")),
		breach: path("internal/pay/schedule", "internal/connector/simulator"),
	},
	{
		says:   "the ledger and the schedule are pure",
		from:   packages("internal/pay/ledger", "internal/pay/schedule"),
		only:   packages("internal/money", "internal/fault"),
		breach: path("internal/pay/ledger", "internal/pay"),
	},
	{
		says:         "pay and the connector port know neither HTTP nor SQL, however far away",
		from:         packages("internal/pay/...", "internal/connector"),
		except:       proofs,
		never:        packages("net/http/...", "database/sql"),
		transitively: true,
		breach:       path("internal/pay", "internal/money", "example.com/x", "net/http"),
	},
	{
		says:   "the nouns that one dialect has know pay and webhook, and nobody who shows or keeps them",
		from:   packages("internal/cart/...", "internal/intent/...", "internal/link/..."),
		only:   join(ground, packages("internal/connector", "internal/pay/...", "internal/webhook")),
		breach: path("internal/link", "internal/store"),
	},
	{
		says:         "a connector knows the port, not the engine",
		from:         packages("internal/connector/..."),
		never:        packages("internal/pay/...", "internal/report/...", "internal/store/...", "internal/auth/...", "internal/webhook/...", "internal/fanout/..."),
		transitively: true,
		breach:       path("internal/connector/simulator", "internal/pay"),
	},
	{
		says:         "lease knows nobody who uses it",
		from:         packages("internal/lease/..."),
		only:         join(ground, packages("internal/telemetry/...")),
		transitively: true,
		breach:       path("internal/lease", "internal/job"),
	},
	{
		says:         "webhook knows neither pay nor job, nor anything that is built on it",
		from:         packages("internal/webhook/..."),
		never:        packages("internal/pay/...", "internal/job/...", "internal/report/...", "internal/fanout/...", "internal/store/...", "internal/sqldb/...", "internal/auth/...", "internal/api/...", "internal/web/..."),
		transitively: true,
		breach:       path("internal/webhook/format/slack", "internal/lease", "internal/pay/ledger"),
	},
	{
		says:         "job knows neither pay nor webhook, nor anything that is built on it",
		from:         packages("internal/job/..."),
		never:        packages("internal/pay/...", "internal/webhook/...", "internal/report/...", "internal/fanout/...", "internal/store/...", "internal/sqldb/...", "internal/auth/...", "internal/api/...", "internal/web/..."),
		transitively: true,
		breach:       path("internal/job", "internal/webhook"),
	},
	{
		says:         "backup, egress, mail, sqldb, telemetry and config know no noun of the trade",
		from:         packages("internal/backup/...", "internal/egress/...", "internal/mail/...", "internal/sqldb/...", "internal/telemetry/...", "internal/config/..."),
		never:        packages("internal/pay/...", "internal/connector/...", "internal/report/...", "internal/webhook/...", "internal/job/...", "internal/fanout/...", "internal/store/...", "internal/auth/...", "internal/api/..."),
		transitively: true,
		breach:       path("internal/sqldb", "internal/store"),
	},
	{
		says:   "only app imports fanout",
		from:   packages("..."),
		except: join(proofs, packages("internal/app/...", "internal/fanout/...")),
		never:  packages("internal/fanout/..."),
		breach: path("internal/pay", "internal/fanout"),
	},
	{
		says:   "only app and tests import store",
		from:   packages("..."),
		except: join(proofs, packages("internal/app/...", "internal/store/...")),
		never:  packages("internal/store/..."),
		breach: path("internal/web/checkout", "internal/store"),
	},
	{
		says:    "a dialect imports no other dialect",
		from:    dialects,
		never:   dialects,
		ownRoom: true,
		breach:  path("internal/api/wayl", "internal/api/pancake/graph"),
	},
	{
		says:   "dialects, pages and the operator's service know commands and reports, not the database",
		from:   packages("internal/api/...", "internal/web/...", "internal/operator/..."),
		except: proofs,
		never:  packages("internal/store/...", "internal/sqldb/...", "database/sql", "github.com/jackc/pgx/...", "modernc.org/sqlite/..."),
		breach: path("internal/api/diddo", "internal/sqldb"),
	},
	{
		says:   "the kernel knows none of its dialects",
		from:   packages("internal/api"),
		never:  dialects,
		breach: path("internal/api", "internal/api/waypay"),
	},
	{
		says:   "report and auth do not know who asks",
		from:   packages("internal/report/...", "internal/auth/..."),
		never:  packages("internal/api/...", "internal/web/...", "internal/store/...", "internal/sqldb/...", "internal/fanout/..."),
		breach: path("internal/auth", "internal/api/pancake"),
	},
	{
		says:   "only main imports the command line, and only the command line imports app",
		from:   packages("..."),
		except: join(proofs, packages("cmd/tillway", "internal/cli/...", "internal/app/...")),
		never:  packages("internal/cli/...", "internal/app/..."),
		breach: path("internal/web/dashboard", "internal/app"),
	},
	{
		says:   "app does not know the command line",
		from:   packages("internal/app/..."),
		never:  packages("internal/cli/...", "cmd/..."),
		breach: path("internal/app", "internal/cli"),
	},
	{
		says:   "main is ten lines over the command line",
		from:   packages("cmd/tillway"),
		only:   packages("internal/cli"),
		breach: path("cmd/tillway", "internal/app"),
	},
	{
		says:         "nothing of a test is built into the binary",
		from:         packages("..."),
		except:       proofs,
		never:        join(proofs, packages("testing", "pgregory.net/rapid", "go.uber.org/goleak", "github.com/google/go-cmp/...")),
		transitively: true,
		breach:       path("internal/app", "internal/store/storetest"),
	},
}

func TestImportDirections(t *testing.T) {
	t.Parallel()
	house := mustReadGraph(t)
	for _, r := range rules {
		t.Run(r.says, func(t *testing.T) {
			t.Parallel()
			for _, breach := range r.breaches(house) {
				t.Errorf("%s\n\trule: %s", breach, r.says)
			}
		})
	}
}

func TestEveryPackageHasItsRoom(t *testing.T) {
	t.Parallel()
	for name := range mustReadGraph(t) {
		if isOurs(name) && roomOf(name) == "" {
			t.Errorf("%s is in no room of the house: add it to rooms, and to the rules that should bind it", name)
		}
	}
}
