// Package vocabulary gives every closed set of the contract with a label in
// both languages, so that no front end keeps a copy of its own. The sets stand
// in words.csv, named like the contract's schemas in snake_case; a test of the
// contract fails when a value has no row here. What the law names, such as kinds
// of violation, is reference data and stands in package catalog.
package vocabulary
