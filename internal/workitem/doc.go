// Package workitem tells somebody what they must do next, by due date and over
// all resources.
//
// It owns the list and no table: each resource offers a Source, a cheap
// statement about its own rows that gives what waits for the caller just now,
// and package app joins them. A Source names the permission that the act needs
// and runs in the scope of that permission, so it finds what the resource itself
// would show to the caller and nothing else; whoever lacks the permission has no
// such work. What is done, taken over or forbidden is gone at the next reading.
//
// A new kind takes a Source in the resource's workitems.go (its statement in
// store_workitems.go), a line in package app and the text work.<kind>.
package workitem
