// Package identity owns who can sign in and with which rights: accounts, their
// membership in governments, dated roles, sessions, one-time codes, signing
// keys. It alone touches the identity_ tables, and it is where a token becomes
// a principal (package authz decides what that one may do).
//
// An account is one human, whatever number of governments they work for; a
// membership ties it to one government and to the own record in its registry
// (which gives the role asn), a grant gives a role for a time. A session speaks
// for one government at a time. Rights are read from the database at most five
// seconds before they are used, so what is taken away is gone everywhere.
//
// An account whose record was joined to another signs in as the one that stays.
// When both records had an account, both sign in, each with its own password and
// roles, as the same person; an administrator may suspend one.
//
// What must never happen: a password chosen by somebody else; a government that
// reaches through a code of its own into what the person does for another one;
// somebody who raises themselves; an unknown name that answers otherwise than a
// wrong password; a secret in the database that opens without the master key.
package identity
