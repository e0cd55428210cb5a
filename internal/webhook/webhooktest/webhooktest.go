// Package webhooktest proves implementations of the ports of package webhook
// and stands in for receivers: Store is the suite that every storage passes,
// Receiver a loopback server that records raw bytes and misbehaves on request.
//
// It knows webhook and the network, and no storage.
package webhooktest
