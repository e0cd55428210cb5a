package pay

import (
	"context"
	"time"

	"tillway/internal/fault"
)

// StoreID is "STO_" and 22 base62 characters.
type StoreID string

// Limits of stores (spec/pancake.md §5.3).
const (
	MaxStoresPerMerchant = 20
	maxStoreName         = 48
)

// StoreStatus is the closed set of states of a store.
type StoreStatus string

// The states of a store.
const (
	StoreActive    StoreStatus = "active"
	StoreInactive  StoreStatus = "inactive"
	StoreSuspended StoreStatus = "suspended"
)

// LateCapture says what becomes of money captured after its order ended.
type LateCapture string

// The ways of a late capture (DESIGN §3 rule 6).
const (
	RefundLate LateCapture = "refund" // back to the buyer by itself
	HonourLate LateCapture = "honour" // the order is completed after all
)

// Store sells. It exists in both environments at once; prod opens when the
// operator approves it.
type Store struct {
	ID           StoreID
	Slug         string // part of every page's address; unique
	Name         string
	Status       StoreStatus
	Logo         string // "" is none
	SupportEmail string
	Website      string
	ProdEnabled  bool
	LateCapture  LateCapture
	// Notifications are the messages it does not want; Checkout is how its
	// pages look.
	Notifications Notifications
	Checkout      Appearance
	Version       int64
	CreatedAt     time.Time
	UpdatedAt     time.Time
	DeletedAt     time.Time // zero while it exists
}

// storeArrows is the transition table of a store. Suspension is the operator's
// to impose and to lift.
var storeArrows = map[StoreStatus][]StoreStatus{
	StoreActive:   {StoreInactive},
	StoreInactive: {StoreActive},
}

// move takes the store along one arrow; staying is legal.
// Errors: State "store_transition".
func (s *Store) move(to StoreStatus) error {
	if s.Status == to {
		return nil
	}
	if err := move("store", storeArrows, s.Status, to); err != nil {
		return err
	}
	s.Status = to
	return nil
}

type storeRecords interface {
	// Store returns a store that is not deleted. Errors: NotFound "store_not_found".
	Store(StoreID) (Store, error)
	// StoreEver returns a deleted store too: its payments outlive it.
	StoreEver(StoreID) (Store, error)
	// StoreBySlug finds a store that is not deleted by the slug it has, or by
	// one that it had before it was renamed.
	StoreBySlug(slug string) (Store, error)
	// Role is "" for a merchant that is not in the store.
	Role(StoreID, MerchantID) (Role, error)
	// CountStores counts the stores that a merchant owns and that are not deleted.
	CountStores(MerchantID) (int, error)
	// StoresAdministered lists the stores that a merchant owns or administers
	// and that are not deleted, oldest first, at most limit.
	StoresAdministered(merchant MerchantID, limit int) ([]Store, error)
	InsertStore(Store)
	InsertStoreMerchant(StoreID, MerchantID, Role, time.Time)
	UpdateStore(Store)
	// LockStore keeps what others do with the store's row waiting until this
	// transaction ends, for decisions that no single write can guard.
	LockStore(StoreID)
	// KeepSlug remembers a slug that the store gives up.
	KeepSlug(slug string, store StoreID, at time.Time)
}

// ErrStoreNotFound is the answer to an unknown or deleted store.
var ErrStoreNotFound = fault.New(fault.NotFound, "store_not_found", "Store not found")

// ErrStoreInactive is the answer to selling in a store that is not active.
var ErrStoreInactive = fault.New(fault.State, "store_not_active", "Store is not active")

// OpenIn checks that the store may sell in an environment.
// Errors: ErrStoreNotFound, ErrStoreInactive, NotEnabled "prod_not_enabled".
func (s Store) OpenIn(env Env) error {
	if !s.DeletedAt.IsZero() {
		return ErrStoreNotFound
	}
	if s.Status != StoreActive {
		return ErrStoreInactive
	}
	if env == Prod && !s.ProdEnabled {
		return s.notApproved()
	}
	return nil
}

func (s Store) notApproved() error {
	return fault.New(fault.NotEnabled, "prod_not_enabled", "Store is not enabled for production").
		WithHint("The operator approves it with: tillway store approve " + string(s.ID))
}

// NewStore is the input of CreateStore. Slug is minted from the name.
type NewStore struct {
	ID       StoreID
	Slug     string
	Name     string
	Owner    MerchantID
	Approved bool // open in prod from the start: only the operator's set-up does that
	At       time.Time
}

// Validate checks the name.
func (in NewStore) Validate() error {
	_, err := CleanText("name", in.Name, 1, maxStoreName)
	return err
}

// Recover finds the store that was made.
func (in NewStore) Recover(r Records) (Store, bool, error) { return Found(r.Store(in.ID)) }

// CreateStore makes a store whose owner is the caller.
// Errors: Invalid name; State "store_limit" at the twenty-first.
func CreateStore(_ context.Context, tx Tx, in NewStore) (Store, error) {
	name, err := CleanText("name", in.Name, 1, maxStoreName)
	if err != nil {
		return Store{}, err
	}
	// Two creations at once would both count nineteen.
	tx.LockMerchant(in.Owner)
	owned, err := tx.CountStores(in.Owner)
	if err != nil {
		return Store{}, err
	}
	if owned >= MaxStoresPerMerchant {
		return Store{}, fault.New(fault.State, "store_limit", "A merchant can have at most 20 stores").
			WithHint("Delete a store that is no longer used")
	}
	s := Store{
		ID: in.ID, Slug: in.Slug, Name: name, Status: StoreActive, ProdEnabled: in.Approved,
		LateCapture: RefundLate, Version: 1, CreatedAt: in.At, UpdatedAt: in.At,
	}
	tx.InsertStore(s)
	tx.InsertStoreMerchant(s.ID, in.Owner, Owner, in.At)
	return s, nil
}
