package store

import (
	"cmp"
	"errors"
	"slices"

	"tillway/internal/money"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const feeRuleColumns = `store_id, currency, rate, fixed, name, updated_at`

func scanFeeRule(row sqldb.Row) (rule pay.FeeRule, err error) {
	var fixed, updated int64
	err = row.Scan(&rule.Store, &rule.Currency, &rule.Rate, &fixed, &rule.Name, &updated)
	rule.Fixed, rule.UpdatedAt = money.New(fixed, rule.Currency), sqldb.Moment(updated)
	return rule, err
}

const (
	selectFeeRule  = `SELECT ` + feeRuleColumns + ` FROM fee_rules WHERE store_id = $1 AND currency = $2`
	selectFeeRules = `SELECT ` + feeRuleColumns + ` FROM fee_rules WHERE store_id = $1 LIMIT 500`
)

// FeeRule reads a store's rule for a currency.
func (r records) FeeRule(store pay.StoreID, currency money.Currency) (pay.FeeRule, bool, error) {
	rule, err := scanFeeRule(r.QueryRow(selectFeeRule, store, currency))
	if errors.Is(err, sqldb.ErrNoRows) {
		return pay.FeeRule{}, false, nil
	}
	return rule, err == nil, err
}

// FeeRules lists a store's rules. There are fewer currencies than the limit.
func (r records) FeeRules(store pay.StoreID) ([]pay.FeeRule, error) {
	rules, err := list(r.Querier, scanFeeRule, selectFeeRules, store)
	// Databases differ in how they order texts.
	slices.SortFunc(rules, func(a, b pay.FeeRule) int { return cmp.Compare(a.Currency, b.Currency) })
	return rules, err
}

const putFeeRule = `INSERT INTO fee_rules (` + feeRuleColumns + `) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (store_id, currency) DO UPDATE
	SET rate = EXCLUDED.rate, fixed = EXCLUDED.fixed, name = EXCLUDED.name, updated_at = EXCLUDED.updated_at`

// PutFeeRule writes the rule of a store and currency.
func (r records) PutFeeRule(rule pay.FeeRule) {
	r.tx.Exec(putFeeRule, rule.Store, rule.Currency, int64(rule.Rate), rule.Fixed.Minor(), rule.Name, sqldb.Micros(rule.UpdatedAt))
}

const dropFeeRule = `DELETE FROM fee_rules WHERE store_id = $1 AND currency = $2`

// DropFeeRule removes the rule of a store and currency.
func (r records) DropFeeRule(store pay.StoreID, currency money.Currency) {
	r.tx.Exec(dropFeeRule, store, currency)
}
