package store

import (
	"fmt"
	"strings"
	"testing"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
)

// Credentials are looked up for every request, and old tokens are found by
// their expiry: no statement reads a whole table on either engine.
func TestCredentialStatementsUseAnIndex(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		err := db.Write(t.Context(), func(tx sqldb.Tx) error {
			for n := range 2000 {
				key := fmt.Sprint(n)
				tx.Exec(insertMerchant, key, key, key, n)
				tx.Exec(insertAPIKey, key, key, "test", key, []byte(key), n, 0, 0, key)
				tx.Exec(insertStore, key, key, key, "active", "", "", "", true, "refund", "", "", 1, n, n, 0)
				tx.Exec(insertStoreKey, key, key, "waypay", "test", key, key, "0000", n, 0, 0, 0)
				tx.Exec(keepSigning, key, "waypay", "test", []byte(key), n)
				tx.Exec(insertStoreToken, key, key, "diddo", "test", "", key, n, n, 0)
				tx.Exec(insertSessionToken, key, key, key, "test", "customer", "u", n, n)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Write(t.Context(), func(tx sqldb.Tx) error { tx.Exec("ANALYZE"); return nil }); err != nil {
			t.Fatal(err)
		}
		for name, statement := range map[string]struct {
			sql  string
			args []any
		}{
			"keys of a merchant":     {selectAPIKeys, []any{"1", 20}},
			"count of keys":          {countAPIKeys, []any{"1"}},
			"key by fingerprint":     {selectFingerprint, []any{"1", "1"}},
			"key":                    {selectAPIKey, []any{"1"}},
			"deletion of a key":      {deleteAPIKey, []any{"1", "1", 1}},
			"use of a key":           {touchKey, []any{"1", 1, 1}},
			"token":                  {selectSessionToken, []any{"1"}},
			"renewal of a token":     {touchToken, []any{"1", 1, 1}},
			"tokens that ran out":    {selectDeadTokens, []any{1, 4}},
			"sweep of tokens":        {sweepTokens, []any{1, 200}},
			"deletion of a token":    {deleteToken, []any{"1", 1}},
			"lock on a key's holder": {lockMerchant, []any{"1"}},
			"store key":              {selectStoreKeyByHash, []any{"1", []byte{}}},
			"keys of a store":        {selectStoreKeys, []any{"1", "", 20}},
			"count of store keys":    {countStoreKeys, []any{"1", "waypay"}},
			"lock on a store":        {lockLivingStore, []any{"1"}},
			"signing secret":         {selectSigning, []any{"1", "waypay", "test"}},
			"revocation":             {revokeStoreKey, []any{"1", 1}},
			"use of a store key":     {touchStoreKey, []any{"1", 1, 1}},
			"temporary token":        {selectStoreToken, []any{"1"}},
			"spending of a token":    {spendStoreToken, []any{"1", 1}},
			"sweep of store tokens":  {sweepStoreTokens, []any{1, 200}},
		} {
			plan := mustExplain(t, db, statement.sql, statement.args...)
			for line := range strings.Lines(plan) {
				if strings.HasPrefix(line, "SCAN ") && !strings.Contains(line, "INDEX") || strings.Contains(line, "Seq Scan") {
					t.Errorf("%s reads a whole table:\n%s", name, plan)
				}
			}
		}
	})
}
