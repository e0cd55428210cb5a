// Package docs is the API reference that the server carries: /docs, a page per
// route with samples in six languages and a form to try it, the OpenAPI files
// themselves, and /llms.txt for readers that are programs.
//
// Everything that is said of a route is read from its dialect's OpenAPI file at
// start, so a route that is added there appears here. The package calls no
// command and keeps no state; a page is drawn once, when it is first asked for. It may
// not know a dialect's code, the core or the database: what it shows beside the
// file comes in through Config.
package docs
