//go:build !linux

package pgembed

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// dieWithParent: other systems have no parent-death signal. A server that
// outlives a killed program is found by its pid file and stopped at the next
// start.
func dieWithParent(*syscall.SysProcAttr) {}

// serversOf lists the server of a data folder, which its pid file names: only
// when that process is a PostgreSQL of this folder, and asks it to stop, since
// nothing else told it that its program is gone.
func serversOf(data string) []int {
	pid, _ := postmaster(data)
	if pid == 0 || !alive(pid) {
		return nil
	}
	args, err := exec.Command("ps", "-o", "args=", "-p", strconv.Itoa(pid)).Output() //nolint:gosec // a fixed program and a number
	if err != nil || !strings.Contains(string(args), "-D "+data+" ") {
		return nil
	}
	_ = syscall.Kill(pid, syscall.SIGINT)
	return []int{pid}
}
