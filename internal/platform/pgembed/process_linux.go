package pgembed

import "syscall"

// dieWithParent stops the server when the program is killed: SIGINT is a fast
// and clean shutdown.
func dieWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGINT }
