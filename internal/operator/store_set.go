package operator

import (
	"context"

	"tillway/internal/pay"
)

// SetStoreIn changes settings of a store that only its operator has.
type SetStoreIn struct {
	Store pay.StoreID `json:"storeId"`
	// ManualInstructions is what buyers read who pay by bank transfer or in
	// cash; "" stops offering it.
	ManualInstructions string `json:"manualInstructions"`
}

// SetStore changes a store's settings.
func (s *Service) SetStore(ctx context.Context, in SetStoreIn) (Store, error) {
	changed, err := pay.Run(ctx, s.Core, pay.SetManualInstructions, pay.ManualInstructions{
		Actor: pay.System(pay.Prod), Store: in.Store, Text: in.ManualInstructions, At: s.Core.Now(),
	})
	return Store{ID: changed.ID, Name: changed.Name, ProdEnabled: changed.ProdEnabled}, err
}
