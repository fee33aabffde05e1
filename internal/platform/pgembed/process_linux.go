package pgembed

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// dieWithParent stops the server when the program is killed: SIGINT is a fast
// and clean shutdown.
func dieWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGINT }

// serversOf lists the PostgreSQL processes of a data folder, children of a
// killed server included: all of them work in that folder.
func serversOf(data string) []int {
	data, err := filepath.EvalSymlinks(data)
	if err != nil {
		return nil
	}
	var pids []int
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		if cwd, err := os.Readlink(link); err != nil || cwd != data {
			continue
		}
		process := filepath.Dir(link)
		name, _ := os.ReadFile(filepath.Join(process, "comm"))
		pid, _ := strconv.Atoi(filepath.Base(process))
		if strings.TrimSpace(string(name)) == "postgres" {
			pids = append(pids, pid)
		}
	}
	return pids
}
