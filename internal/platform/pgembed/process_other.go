//go:build !linux

package pgembed

import "syscall"

// dieWithParent: other systems have no parent-death signal. A server that
// outlives a killed program is found by its pid file at the next start.
func dieWithParent(*syscall.SysProcAttr) {}
