// Package authn holds the mechanics of proving who somebody is: hashes of
// passwords, second factors, one-time codes, access tokens and the assertions
// of machine clients. It knows no accounts and no database; package identity
// keeps those, package authz decides what the proven caller may do.
//
// Access tokens are JWTs signed with RS256 and nothing else. The algorithm is
// never taken from the token, the key is looked up by kid in our own set and
// nowhere else, and issuer, audience, type and expiry must all be there (T-32).
package authn
