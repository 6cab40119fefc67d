package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// specialProcess is special for the directives of the whole process and of events.
func (c *checker) specialProcess(d *conf.Directive) {
	switch d.Name.Value {
	case "worker_connections":
		if _, ok := conf.ParseNumber(d.Arg(0)); !ok {
			c.argument(d, 0, fmt.Sprintf(`invalid number "%s"`, d.Arg(0)))
		}
	case "use":
		// Which of these there are is a matter of the system that nginx is built for.
		if !slices.Contains(eventMethods, d.Arg(0)) {
			c.argument(d, 0, fmt.Sprintf(`invalid event type "%s"`, d.Arg(0)))
		}
	case "worker_priority":
		if _, ok := conf.ParseNumber(strings.TrimPrefix(strings.TrimPrefix(d.Arg(0), "-"), "+")); !ok {
			c.argument(d, 0, `"worker_priority" directive invalid number`)
		}
	case "worker_cpu_affinity":
		c.cpuAffinity(d)
	}
}

// eventMethods are the ways to wait for events that nginx has had on any system.
var eventMethods = []string{
	"select", "poll", "epoll", "kqueue", "/dev/poll", "devpoll", "eventport", "rtsig", "aio", "iocp", "win32",
}

// cpuAffinity checks the masks of processors.
func (c *checker) cpuAffinity(d *conf.Directive) {
	masks := d.Args
	switch {
	case d.Arg(0) == "auto" && len(masks) > 2:
		c.problem(d.Name.Pos(), `invalid number of arguments in "worker_cpu_affinity" directive`)
		return
	case d.Arg(0) == "auto":
		masks = masks[1:]
	}
	for i, m := range masks {
		if bad := strings.Trim(m.Value, "01 "); bad != "" {
			text := fmt.Sprintf("invalid character %q in \"worker_cpu_affinity\"", bad[len(bad)-1:])
			c.argument(d, len(d.Args)-len(masks)+i, text)
			return
		}
	}
}

// logLevels are the words that may follow the file of an error_log.
var logLevels = []string{"emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"}

// errorLog checks the levels of an error_log. Words that begin with debug_ choose what is written.
func (c *checker) errorLog(d *conf.Directive) {
	for i, a := range d.Args[1:] {
		if !slices.Contains(logLevels, a.Value) && !strings.HasPrefix(a.Value, "debug_") {
			c.argument(d, i+1, fmt.Sprintf(`invalid log level "%s"`, a.Value))
			return
		}
	}
}

// The memory of a connection or request is a pool that has room for what describes it, in pages of whole words.
const (
	smallestPool = 112
	poolStep     = 16
)

// pool checks the size of such a pool.
func (c *checker) pool(d *conf.Directive) {
	size, ok := conf.ParseSize(d.Arg(0))
	switch {
	case !ok:
	case size < smallestPool:
		c.argument(d, 0, fmt.Sprintf("the pool size must be no less than %d", smallestPool))
	case size%poolStep != 0:
		c.argument(d, 0, fmt.Sprintf("the pool size must be a multiple of %d", poolStep))
	}
}
