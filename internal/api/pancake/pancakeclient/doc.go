// Package pancakeclient speaks the Pancake protocol from a merchant's side: it
// signs requests exactly as the official SDK does. The demo sells with it, and
// tests, benches and crash drills drive a server with it. It knows the wire and
// nothing of the server's inside.
package pancakeclient
