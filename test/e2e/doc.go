// Package e2e holds the tests that look at Tillway from outside: a real
// browser, real sockets. They need Chromium and the npm packages of
// package.json, and fail where these are missing.
package e2e
