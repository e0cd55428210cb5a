package sqldb

import "testing"

func TestALimitThatIsAParameterIsNotPlannedFor(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		"SELECT id FROM item ORDER BY id LIMIT $2":                   "SELECT id FROM item ORDER BY id LIMIT +$2",
		"SELECT id FROM item LIMIT $12 OFFSET $13":                   "SELECT id FROM item LIMIT +$12 OFFSET +$13",
		"SELECT 1 FROM (SELECT 1 FROM item LIMIT $1) AS x LIMIT 200": "SELECT 1 FROM (SELECT 1 FROM item LIMIT +$1) AS x LIMIT 200",
		"SELECT limit_usd FROM item WHERE no_limit = $1":             "SELECT limit_usd FROM item WHERE no_limit = $1",
	} {
		if got := planOnce(sql); got != want {
			t.Errorf("%q becomes %q, want %q", sql, got, want)
		}
	}
}
