package store

import (
	"errors"
	"time"

	"tillway/internal/fault"
	"tillway/internal/id"
	"tillway/internal/pay"
	"tillway/internal/sqldb"
)

const storeColumns = `id, slug, name, status, logo, support_email, website, prod_enabled, late_capture,
	notifications, checkout, version, created_at, updated_at, deleted_at`

func scanStore(row sqldb.Row) (s pay.Store, err error) {
	var created, updated, deleted int64
	var notifications, checkout string
	err = row.Scan(&s.ID, &s.Slug, &s.Name, &s.Status, &s.Logo, &s.SupportEmail, &s.Website, &s.ProdEnabled, &s.LateCapture,
		&notifications, &checkout, &s.Version, &created, &updated, &deleted)
	if err != nil {
		return s, absent(err, pay.ErrStoreNotFound)
	}
	s.CreatedAt, s.UpdatedAt, s.DeletedAt = sqldb.Moment(created), sqldb.Moment(updated), sqldb.Moment(deleted)
	if err := fromJSON(notifications, &s.Notifications); err != nil {
		return s, err
	}
	return s, fromJSON(checkout, &s.Checkout)
}

const selectStore = `SELECT ` + storeColumns + ` FROM stores WHERE id = $1 AND deleted_at = 0`

// Store reads one store that is not deleted.
func (r records) Store(id pay.StoreID) (pay.Store, error) {
	return scanStore(r.QueryRow(selectStore, id))
}

const selectStoreEver = `SELECT ` + storeColumns + ` FROM stores WHERE id = $1`

// StoreEver reads one store, also a deleted one.
func (r records) StoreEver(id pay.StoreID) (pay.Store, error) {
	return scanStore(r.QueryRow(selectStoreEver, id))
}

const (
	selectStoreBySlug       = `SELECT ` + storeColumns + ` FROM stores WHERE slug = $1 AND deleted_at = 0`
	selectStoreByFormerSlug = `SELECT ` + storeColumns + ` FROM stores
	WHERE id = (SELECT store_id FROM former_slugs WHERE slug = $1) AND deleted_at = 0`
)

// StoreBySlug finds a store by the slug of its pages, present or former. The
// text comes from an address or a header and may be anything, also what a
// database cannot hold.
func (r records) StoreBySlug(slug string) (pay.Store, error) {
	if !id.IsSlug(slug) {
		return pay.Store{}, pay.ErrStoreNotFound
	}
	s, err := scanStore(r.QueryRow(selectStoreBySlug, slug))
	if fault.Is(err, fault.NotFound) {
		return scanStore(r.QueryRow(selectStoreByFormerSlug, slug))
	}
	return s, err
}

const keepSlug = `INSERT INTO former_slugs (slug, store_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`

// KeepSlug remembers a slug that a store gives up.
func (r records) KeepSlug(slug string, store pay.StoreID, at time.Time) {
	r.tx.Exec(keepSlug, slug, store, sqldb.Micros(at))
}

const selectRole = `SELECT role FROM store_merchants WHERE store_id = $1 AND merchant_id = $2`

// Role is what a merchant may do in a store, "" for nothing.
func (r records) Role(store pay.StoreID, merchant pay.MerchantID) (role pay.Role, err error) {
	err = r.QueryRow(selectRole, store, merchant).Scan(&role)
	if errors.Is(err, sqldb.ErrNoRows) {
		return "", nil
	}
	return role, err
}

const countStores = `SELECT COUNT(*) FROM store_merchants m JOIN stores s ON s.id = m.store_id
	WHERE m.merchant_id = $1 AND m.role = $2 AND s.deleted_at = 0`

// CountStores counts the living stores that a merchant owns.
func (r records) CountStores(merchant pay.MerchantID) (n int, err error) {
	err = r.QueryRow(countStores, merchant, pay.Owner).Scan(&n)
	return n, err
}

const selectStoresAdministered = `SELECT ` + storeColumns + ` FROM stores
	WHERE deleted_at = 0 AND id IN (SELECT store_id FROM store_merchants WHERE merchant_id = $1 AND role IN ($2, $3))
	ORDER BY created_at, id LIMIT $4`

// StoresAdministered lists the living stores in which a merchant may change things.
func (r records) StoresAdministered(merchant pay.MerchantID, limit int) ([]pay.Store, error) {
	rows, err := r.Query(selectStoresAdministered, merchant, pay.Owner, pay.Admin, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var stores []pay.Store
	for rows.Next() {
		s, err := scanStore(rows)
		if err != nil {
			return nil, err
		}
		stores = append(stores, s)
	}
	return stores, rows.Err()
}

const insertStore = `INSERT INTO stores (` + storeColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`

// InsertStore writes a new store.
func (r records) InsertStore(s pay.Store) {
	r.tx.Exec(insertStore, s.ID, s.Slug, s.Name, s.Status, s.Logo, s.SupportEmail, s.Website, s.ProdEnabled, s.LateCapture,
		encodeNotifications(s.Notifications), encodeAppearance(s.Checkout), s.Version, sqldb.Micros(s.CreatedAt), sqldb.Micros(s.UpdatedAt), sqldb.Micros(s.DeletedAt))
}

const insertStoreMerchant = `INSERT INTO store_merchants (store_id, merchant_id, role, created_at) VALUES ($1, $2, $3, $4)`

// InsertStoreMerchant gives a merchant a role in a store.
func (r records) InsertStoreMerchant(store pay.StoreID, merchant pay.MerchantID, role pay.Role, at time.Time) {
	r.tx.Exec(insertStoreMerchant, store, merchant, role, sqldb.Micros(at))
}

const updateStore = `UPDATE stores SET slug = $3, name = $4, status = $5, logo = $6, support_email = $7, website = $8,
	prod_enabled = $9, late_capture = $10, notifications = $11, checkout = $12, updated_at = $13, deleted_at = $14,
	version = version + 1 WHERE id = $1 AND version = $2`

// UpdateStore writes a store back if nobody else has since it was read.
func (r records) UpdateStore(s pay.Store) {
	r.tx.ExecOne(updateStore, s.ID, s.Version, s.Slug, s.Name, s.Status, s.Logo, s.SupportEmail, s.Website,
		s.ProdEnabled, s.LateCapture, encodeNotifications(s.Notifications), encodeAppearance(s.Checkout),
		sqldb.Micros(s.UpdatedAt), sqldb.Micros(s.DeletedAt))
}

const lockStore = `UPDATE stores SET name = name WHERE id = $1`

// LockStore changes nothing and holds the row.
func (r records) LockStore(id pay.StoreID) { r.tx.Exec(lockStore, id) }

// encodeNotifications keeps "all on" as "".
func encodeNotifications(n pay.Notifications) string {
	if len(n) == 0 {
		return ""
	}
	return toJSON(n)
}

// encodeAppearance keeps "never set" as "".
func encodeAppearance(a pay.Appearance) string {
	if !a.IsSet() {
		return ""
	}
	return toJSON(a)
}
