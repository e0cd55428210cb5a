package pay

import "tillway/internal/fault"

// Actor is who asks for a command. Package auth makes it from a credential;
// the system's own jobs use System.
type Actor struct {
	Kind     ActorKind
	Env      Env
	Merchant MerchantID // when Kind is ByMerchant
	Store    StoreID    // when Kind is ByStore, ByBuyer or ByVisitor: the only store it may touch
	Buyer    string     // when Kind is ByBuyer: the merchant's name for the buyer
}

// ActorKind is the closed set of kinds of actor.
type ActorKind string

// The kinds of actor.
const (
	ByMerchant ActorKind = "merchant" // an API key or a dashboard user
	ByStore    ActorKind = "store"    // a credential of one store
	ByBuyer    ActorKind = "buyer"    // a session token
	ByVisitor  ActorKind = "visitor"  // anyone on a store's public page
	BySystem   ActorKind = "system"   // timers, operators at the command line
)

// System acts for the platform itself in one environment.
func System(env Env) Actor { return Actor{Kind: BySystem, Env: env} }

// Role is what a merchant may do in a store. Owner may do all, admin all but
// delete, member only read (spec/pancake.md §12).
type Role string

// The roles, strongest first.
const (
	Owner  Role = "owner"
	Admin  Role = "admin"
	Member Role = "member"
)

func (r Role) covers(need Role) bool {
	rank := map[Role]int{Owner: 3, Admin: 2, Member: 1}
	return rank[r] >= rank[need]
}

// ErrNoStoreAccess is the answer to every actor without the needed role. It
// does not tell a foreign store from one where the role is too weak.
var ErrNoStoreAccess = fault.New(fault.Forbidden, "store_access_denied",
	"Access denied: you do not have permission to this store")

// Permit checks that the actor has at least the needed role in a store.
// Errors: ErrNoStoreAccess.
func Permit(tx Records, actor Actor, store StoreID, need Role) error {
	switch actor.Kind {
	case BySystem:
		return nil
	case ByStore:
		if actor.Store == store && Admin.covers(need) {
			return nil
		}
	case ByMerchant:
		role, err := tx.Role(store, actor.Merchant)
		if err != nil {
			return err
		}
		if role.covers(need) {
			return nil
		}
	}
	return ErrNoStoreAccess
}
