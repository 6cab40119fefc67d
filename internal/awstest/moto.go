package awstest

import (
	"io"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"github.com/wslint/wslint/internal/truth"
)

// noMoto skips t, or fails it when WSLINT_REQUIRE_MOTO is 1.
func noMoto(t testing.TB, why string) {
	t.Helper()
	truth.Missing(t, "MOTO", "no moto_server, an audit is held against the double alone: "+why)
}

// Moto runs a moto of its own until the test ends and returns its address. moto is somebody else's idea of AWS, a
// Python package (pip install "moto[server]"): without it the test skips, or fails where WSLINT_REQUIRE_MOTO is 1.
func Moto(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("moto_server")
	if err != nil {
		noMoto(t, err.Error())
	}
	moto := exec.Command(path, "-H", "127.0.0.1", "-p", "0")
	moto.Env = append(os.Environ(), "PYTHONUNBUFFERED=1")
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	moto.Stdout, moto.Stderr = in, in
	if err := moto.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		moto.Process.Kill()
		moto.Wait()
		out.Close()
	})
	in.Close()
	var text []byte
	for buf := make([]byte, 4096); ; {
		n, err := out.Read(buf)
		text = append(text, buf[:n]...)
		if m := regexp.MustCompile(`Running on http://(127\.0\.0\.1:\d+)\s`).FindSubmatch(text); m != nil {
			go io.Copy(io.Discard, out)
			return string(m[1])
		}
		if err != nil {
			noMoto(t, "it ended: "+string(text)) // a moto without [server], a wrapper without a moto
		}
	}
}
