package operator

import (
	"context"
	"strings"
	"time"

	"tillway/internal/fault"
	"tillway/internal/link"
	"tillway/internal/money"
	"tillway/internal/pay"
)

// ListLinksIn asks for the newest payment links of a store, in one state or any.
type ListLinksIn struct {
	Store  pay.StoreID `json:"storeId"`
	Status link.Status `json:"status,omitempty"`
}

// ShowLinkIn names one of a store's links.
type ShowLinkIn struct {
	Store pay.StoreID `json:"storeId"`
	Link  string      `json:"link"` // its id, its code, or the merchant's reference
}

// MarkLinkIn is the operator's word on a link.
type MarkLinkIn struct {
	Store  pay.StoreID `json:"storeId"`
	Link   string      `json:"link"`
	Status link.Status `json:"status"` // Delivered, Returned or Rejected
}

// Link is what the operator sees of a payment link.
type Link struct {
	ID          link.ID        `json:"id"`
	Code        string         `json:"code"`
	Reference   string         `json:"referenceId"`
	Store       pay.StoreID    `json:"storeId"`
	Environment pay.Env        `json:"environment"`
	Status      link.Status    `json:"status"`
	Total       string         `json:"total"`
	Currency    money.Currency `json:"currency"`
	Session     pay.SessionID  `json:"sessionId"`
	Order       pay.OrderID    `json:"orderId,omitempty"`
	Payment     pay.PaymentID  `json:"paymentId,omitempty"` // that paid it
	WebhookURL  string         `json:"webhookUrl,omitempty"`
	Redirection string         `json:"redirectionUrl,omitempty"`
	CreatedAt   time.Time      `json:"createdAt"`
	ExpiresAt   time.Time      `json:"expiresAt"`
	CompletedAt time.Time      `json:"completedAt,omitzero"`
}

// LinkList is a list of them, newest first.
type LinkList struct {
	Links []Link `json:"links"`
}

// ListLinks lists a store's links, newest first, at most 200.
// Errors: Invalid "status"; NotFound "store_not_found".
func (s *Service) ListLinks(ctx context.Context, in ListLinksIn) (LinkList, error) {
	list := LinkList{Links: []Link{}}
	query := link.Query{Store: in.Store, Now: s.Core.Now(), Take: maxListed}
	if in.Status != "" {
		if !in.Status.Known() {
			return list, unknownLinkStatus(in.Status)
		}
		query.Statuses = []link.Status{in.Status}
	}
	err := s.Core.View(ctx, func(r pay.Records) error {
		if _, err := r.StoreEver(in.Store); err != nil {
			return err
		}
		found, err := s.Links.List(r, query)
		for _, one := range found {
			list.Links = append(list.Links, shownLink(one))
		}
		return err
	})
	return list, err
}

func unknownLinkStatus(status link.Status) error {
	words := make([]string, 0, len(link.Statuses()))
	for _, one := range link.Statuses() {
		words = append(words, string(one))
	}
	return fault.Invalidf("status", "unknown_status", "There is no link status %.40q", string(status)).
		WithHint("The statuses are " + strings.Join(words, " "))
}

// ShowLink shows one link. Errors: NotFound "store_not_found", "link_not_found".
func (s *Service) ShowLink(ctx context.Context, in ShowLinkIn) (Link, error) {
	found, err := s.findLink(ctx, in.Store, in.Link)
	return shownLink(found.At(s.Core.Now())), err
}

// MarkLink writes down that a paid link was delivered or returned, or that an
// unpaid one is rejected. Returned moves no money: a refund does.
// Errors: NotFound "store_not_found", "link_not_found"; State "link_transition"
// and "order_being_paid"; Invalid "status".
func (s *Service) MarkLink(ctx context.Context, in MarkLinkIn) (Link, error) {
	found, err := s.findLink(ctx, in.Store, in.Link)
	if err != nil {
		return Link{}, err
	}
	marked, err := pay.Run(ctx, s.Core, s.Links.MarkLink, link.Mark{
		ID: found.ID, Actor: pay.System(found.Env), To: in.Status, At: s.Core.Now(),
	})
	return shownLink(marked), err
}

func (s *Service) findLink(ctx context.Context, store pay.StoreID, name string) (found link.Link, err error) {
	err = s.Core.View(ctx, func(r pay.Records) (err error) {
		if _, err := r.StoreEver(store); err != nil {
			return err
		}
		found, err = link.Find(s.Links.Rows(r), store, name)
		return err
	})
	return found, err
}

func shownLink(l link.Link) Link {
	return Link{
		ID: l.ID, Code: l.Code, Reference: l.Reference, Store: l.Store, Environment: l.Env, Status: l.Status, Total: l.Total.String(),
		Currency: l.Total.Currency(), Session: l.Session, Order: l.Order, Payment: l.Payment, WebhookURL: l.WebhookURL,
		Redirection: l.Redirection, CreatedAt: l.CreatedAt, ExpiresAt: l.ExpiresAt, CompletedAt: l.CompletedAt,
	}
}

// ListLinks implements Operator.
func (c *Client) ListLinks(ctx context.Context, in ListLinksIn) (LinkList, error) {
	return call[LinkList](ctx, c, "link-list", in)
}

// ShowLink implements Operator.
func (c *Client) ShowLink(ctx context.Context, in ShowLinkIn) (Link, error) {
	return call[Link](ctx, c, "link-show", in)
}

// MarkLink implements Operator.
func (c *Client) MarkLink(ctx context.Context, in MarkLinkIn) (Link, error) {
	return call[Link](ctx, c, "link-mark", in)
}
