package store

import (
	"fmt"
	"strings"
	"testing"

	"tillway/internal/sqldb"
	"tillway/internal/sqldb/sqldbtest"
	"tillway/internal/store/migrations"
	"tillway/internal/webhook"
)

// Every statement of a sale finds its rows through an index on both engines.
func TestSaleStatementsUseAnIndex(t *testing.T) {
	t.Parallel()
	sqldbtest.Each(t, migrations.FS, func(t *testing.T, db sqldb.DB) {
		mustSales(t, db)
		for name, statement := range map[string]struct {
			sql  string
			args []any
		}{
			"merchant":               {selectMerchant, []any{"1"}},
			"merchant by e-mail":     {selectMerchantByEmail, []any{"1"}},
			"store":                  {selectStore, []any{"1"}},
			"store, also deleted":    {selectStoreEver, []any{"1"}},
			"store by slug":          {selectStoreBySlug, []any{"1"}},
			"store by former slug":   {selectStoreByFormerSlug, []any{"1"}},
			"role":                   {selectRole, []any{"1", "1"}},
			"stores of a merchant":   {countStores, []any{"1", "owner"}},
			"product":                {selectProduct, []any{"1"}},
			"product version":        {selectProductVersion, []any{"1"}},
			"last version number":    {lastVersionNumber, []any{"1"}},
			"session":                {selectSession, []any{"1"}},
			"session by handle":      {selectSessionByHandle, []any{"handle-1"}},
			"order":                  {selectOrder, []any{"1"}},
			"payment":                {selectPayment, []any{"1"}},
			"attempt":                {selectAttempt, []any{"1"}},
			"last attempt":           {selectLastAttempt, []any{"1"}},
			"last attempt of order":  {selectLastAttemptOfOrder, []any{"1"}},
			"fee rule":               {selectFeeRule, []any{"1", "USD"}},
			"fee rules of a store":   {selectFeeRules, []any{"1"}},
			"settings of a store":    {selectSettings, []any{"1", 500}},
			"manual instructions":    {selectInstructions, []any{"1"}},
			"tax rates of a sale":    {selectTaxRows, []any{"1", "NY", "ebook"}},
			"refund":                 {selectRefund, []any{"1"}},
			"refunds of all stores":  {selectRefunds, []any{200}},
			"refunds in a state":     {selectRefundsInState, []any{200, "requested"}},
			"refunds of a store":     {selectRefundsOfStore, []any{200, "1", "requested"}},
			"refunds of a payment":   {selectRefundsOfPayment, []any{200, "1", ""}},
			"requested of a payment": {sumRefundsRequested, []any{"1"}},
			"captured attempt":       {selectCapturedAttempt, []any{"1"}},
			"reservation":            {reserveRefund, []any{"1", 1, 1, 1, 1}},
			"change of a refund":     {updateRefund, []any{"1", 1, "", "", 1, "", "", "", 1, 1, 1}},
			"answer":                 {selectAnswer, []any{"1", "1"}},
			"expired answers":        {sweepKeys, []any{1, 200}},
			"deliveries of an event": {addEventDeliveries, []any{"1", 1}},
			"events of a store":      {selectEvents, []any{"1", "test", 1, 9, 0, "", 200}},
			"dropped timer":          {dropTimer, []any{"expiry", "1"}},
			"next timer":             {firstTimer, []any{1}},
			"lock on a store":        {lockStore, []any{"1"}},
			"change of a session":    {updateSession, []any{"1", 1, "used", "", "", 1}},
			"change of a payment":    {updatePayment, []any{"1", 1, "", "", "", 1, 1, 1, "", "", 1, 1, "", 1, 1, 1, 1, "", ""}},
			"change of an attempt":   {updateAttempt, []any{"1", 1, "", "", 1, "", "", "", "", "", 1, 1}},
			"signing keys":           {selectSigningKeys, []any{"pancake", "test", 1}},
		} {
			plan := mustExplain(t, db, statement.sql, statement.args...)
			for line := range strings.Lines(plan) {
				scan := strings.HasPrefix(line, "SCAN ") && !strings.Contains(line, "INDEX") || strings.Contains(line, "Seq Scan")
				if scan && !strings.Contains(line, "signing_keys") { // a table of two rows
					t.Errorf("%s reads a whole table:\n%s", name, plan)
				}
			}
		}
	})
}

// mustSales fills the tables with enough rows for a planner to care.
func mustSales(t *testing.T, db sqldb.DB) {
	t.Helper()
	err := db.Write(t.Context(), func(tx sqldb.Tx) error {
		for n := range 2000 {
			key := fmt.Sprint(n)
			tx.Exec(insertMerchant, key, key, key, n)
			tx.Exec(insertStore, key, key, "", "", "", "", "", false, "", "", "", 1, n, n, 0)
			tx.Exec(insertStoreMerchant, key, key, "owner", n)
			tx.Exec(keepSlug, "former-"+key, key, n)
			tx.Exec(insertProduct, key, key, "", "", "", "", 1, n, n)
			tx.Exec(insertProductVersion, key, key, 1, "", "", "[]", "[]", "", "{}", n)
			tx.Exec(insertSession, key, key, "test", "", "", "", "USD", 1, "", "", "", "", "", "", nil, "", "", "", "", 1, n, n, n,
				"", "", "", "", "")
			tx.Exec(insertHandle, "handle-"+key, key)
			tx.Exec(insertOrder, key, key, "test", key, "", "", "", "", "", "USD", 1, 1, 1, "", 1, "", "", "", "", "", "", 1, 1, n, n, n, n, "", "")
			tx.Exec(insertPayment, key, key, "test", key, "", "", "", "USD", 1, 1, 1, 1, 1, "", "", 1, 1, "", "", 1, n, n, n, 0, 0, "", "")
			tx.Exec(insertAttempt, key, key, "test", key, key, 1, 1, "", "", "", "USD", 1, 1, "USD", "", "", "", "", "", n, n, n, 1)
			tx.Exec(insertRefund, key, key, "test", key, key, "", "", "", "", "USD", 1, 0, "", "", "", "", "", "", "", 1, n, n, 0, n)
			tx.Exec(insertEvent, key, key, "test", "", key, "", n)
			tx.Exec(insertDelivery, deliveryRow(webhook.Delivery{ID: webhook.DeliveryID(key), EventID: key, Body: []byte("{}")})...)
			tx.Exec(claimKey, key, key, n, n)
			tx.Exec(putFeeRule, key, "USD", 1, 1, "", n)
			tx.Exec(putSetting, key, "wayl.a", "b", n)
			tx.Exec(setInstructions, key, "Pay", n)
			tx.Exec(insertTaxRate, key, "", "", 1, "VAT")
			tx.Exec(setTimer, "expiry", key, key, "test", n, n, 0)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), func(tx sqldb.Tx) error { tx.Exec("ANALYZE"); return nil }); err != nil {
		t.Fatal(err)
	}
}
