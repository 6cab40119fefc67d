package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"github.com/wslint/wslint/internal/awstest"
	"github.com/wslint/wslint/internal/truth"
)

// held is a layer that keeps calls until they are let go, and says when the first one is there.
type held struct {
	here, release chan struct{}
	first, let    sync.Once
}

func newHeld() *held { return &held{here: make(chan struct{}), release: make(chan struct{})} }

func (h *held) layer(next awstest.Handler) awstest.Handler {
	return func(w http.ResponseWriter, r *awstest.Request) {
		h.first.Do(func() { close(h.here) })
		select {
		case <-h.release:
			next(w, r)
		case <-r.HTTP.Context().Done():
		}
	}
}

func (h *held) letGo() { h.let.Do(func() { close(h.release) }) }

// oneALB is a world whose rules are held.
func oneALB(t *testing.T) *held {
	w := awstest.New(account)
	w.ALB(account, "eu-west-1", "web", "3600")
	h := newHeld()
	onDouble(t, w, awstest.When(awstest.Action("DescribeRules"), h.layer))
	return h
}

// terminal is a pair of files: what is written to the second can be read from the first, and the second is a terminal.
func terminal(t *testing.T) (ours, theirs *os.File) {
	t.Helper()
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		truth.Missing(t, "SHELLS", fmt.Errorf("no pseudo-terminals: %w", err))
	}
	t.Cleanup(func() { ours.Close() })
	var number, unlock int32
	for request, arg := range map[uintptr]*int32{syscall.TIOCGPTN: &number, syscall.TIOCSPTLCK: &unlock} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, ours.Fd(), request, uintptr(unsafe.Pointer(arg))); errno != 0 {
			t.Fatal(errno)
		}
	}
	if theirs, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	return ours, theirs
}

// TestProgress: on a terminal an audit says how far it is, and takes that back at its end.
func TestProgress(t *testing.T) {
	h := oneALB(t)
	ours, theirs := terminal(t)
	cmd := exec.Command("wslint", "audit", "--ping", "25s", "--role-name", "r")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, theirs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	const line = "\r\x1b[K1 account, 0 of 1 region, 1 load balancer, "
	var shown []byte
	for buf := make([]byte, 4096); ; {
		n, err := ours.Read(buf) // ends with an error when nobody has the terminal open
		shown = append(shown, buf[:n]...)
		if bytes.Contains(shown, []byte(line)) {
			h.letGo()
		}
		if err != nil {
			break
		}
	}
	err := cmd.Wait()
	if s := string(shown); err != nil || !strings.Contains(s, line) || !strings.Contains(s, " calls") ||
		!strings.HasSuffix(s, "\r\x1b[K") {
		t.Errorf("%v, %q", err, s)
	}
	if !strings.HasPrefix(out.String(), "no findings: read 1 of 1 region in 1 account, 1 of 1 load balancer") ||
		strings.Contains(out.String(), "\x1b") {
		t.Errorf("%q", &out)
	}
}

// TestInterrupt: Ctrl-C ends the reading. What was read is judged, and the report says that it is not all; a second
// one ends wslint.
func TestInterrupt(t *testing.T) {
	h := oneALB(t)
	cmd := exec.Command("wslint", "audit", "--ping", "75m")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-h.here
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
	// Whether the Classic ELBs had been read by then is chance.
	partial := regexp.MustCompile(
		`eu-west-1: partial, 0 of 1 load balancer\n(    DescribeLoadBalancers \(classic\): interrupted: by a ` +
			`signal\n)?    DescribeRules: interrupted( \(2 times\))?: by a signal\n\n`,
	)
	if code := cmd.ProcessState.ExitCode(); code != exitIncomplete || !partial.MatchString(out.String()) ||
		!strings.Contains(out.String(), "idle-timeout-below-ping") || errs.Len() > 0 {
		t.Errorf("code %d\n%s%s", code, &out, &errs)
	}
}

func TestSecondInterrupt(t *testing.T) {
	w := awstest.New(account)
	for i := range 300 {
		w.ALB(account, "eu-west-1", fmt.Sprint("a", i), "3600")
	}
	h := newHeld()
	onDouble(t, w, awstest.When(awstest.After(20, awstest.Action("DescribeRules")), h.layer))
	cmd := exec.Command("wslint", "snapshot", "--rps", "1000000")
	// Nobody reads what it writes: it cannot end by itself.
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-h.here
	cmd.Process.Signal(os.Interrupt)
	if _, err := io.ReadFull(out, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
	if s := cmd.ProcessState.Sys().(syscall.WaitStatus); !s.Signaled() || s.Signal() != syscall.SIGINT {
		t.Errorf("it ended with %v", cmd.ProcessState)
	}
}

// TestInterruptBeforeAnything: there is nothing to report yet.
func TestInterruptBeforeAnything(t *testing.T) {
	h := newHeld()
	onDouble(t, awstest.New(account), awstest.When(awstest.Action("GetCallerIdentity"), h.layer))
	cmd := exec.Command("wslint", "audit")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-h.here
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitUsage ||
		out.String() != "wslint: interrupted before anything was read\n" {
		t.Errorf("code %d\n%s", code, &out)
	}
}

// TestInterruptAtMFA: the prompt for a code can be left.
func TestInterruptAtMFA(t *testing.T) {
	onDouble(t, awstest.New(account))
	put(
		t,
		"config",
		"[profile base]\naws_access_key_id = AKIA"+account+
			"\naws_secret_access_key = x\n[profile mfa]\nregion = eu-west-1\nsource_profile = base\n"+
			"role_arn = arn:aws:iam::"+account+":role/r\nmfa_serial = arn:aws:iam::"+account+":mfa/me\n",
	)
	t.Setenv("AWS_CONFIG_FILE", "config")
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	ours, theirs := terminal(t)
	cmd := exec.Command("wslint", "audit", "--profile", "mfa")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs, theirs, theirs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	var shown []byte
	for buf := make([]byte, 4096); ; {
		n, err := ours.Read(buf)
		before := bytes.Contains(shown, []byte("MFA code: "))
		if shown = append(shown, buf[:n]...); !before && bytes.Contains(shown, []byte("MFA code: ")) {
			cmd.Process.Signal(os.Interrupt)
		}
		if err != nil {
			break
		}
	}
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitUsage ||
		!strings.HasSuffix(string(shown), "wslint: interrupted before anything was read\r\n") {
		t.Errorf("code %d, %q", code, shown)
	}
}
