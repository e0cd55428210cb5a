// Package crash kills the server, and the database under it, with SIGKILL at
// random points of purchases under load, and then holds it to its word: what
// was answered is durable, every completed order has its one payment, event
// and delivery, the provider's book holds no charge that we do not know, no
// buyer paid twice, and every webhook of a paid order arrived.
//
// TILLWAY_KILLS is how often (5; 50 in `make soak`), TILLWAY_SEED makes the
// same choices again, as far as the machine's timing lets it.
package crash
