package sysctl

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
)

func parse(texts ...string) (hop.Kernel, []hop.Note) {
	var files []File
	for i, text := range texts {
		files = append(files, File{string(rune('a' + i)), []byte(text)})
	}
	return Parse(files)
}

func TestKeepalive(t *testing.T) {
	key := "net.ipv4.tcp_keepalive_time"
	for _, tc := range []struct {
		texts string // files, separated by |
		want  time.Duration
		pos   string // of the value
	}{
		{key + "=60", time.Minute, "a:1:29"},
		{key + " = 60", time.Minute, "a:1:31"},
		{"\n\t" + key + "\t=\t60\r\n", time.Minute, "a:2:32"},
		{"- " + key + " = 60", time.Minute, "a:1:33"},
		{"-" + key + " = 60", time.Minute, "a:1:32"},
		{"net/ipv4/tcp_keepalive_time = 60", time.Minute, "a:1:31"},
		{"-net/ipv4/tcp_keepalive_time=0x3c", time.Minute, "a:1:30"},
		{key + " = 60\n" + key + " = 90", 90 * time.Second, "a:2:31"},
		{key + " = 60|" + key + " = 90", 90 * time.Second, "b:1:31"},
		{"net.ipv4.tcp_keepalive_* = 60", time.Minute, "a:1:28"},
		{key + " = 60\nnet.ipv4.tcp_keepalive_* = 90", time.Minute, "a:1:31"},
		{"# " + key + " = 60", 2 * time.Hour, "a:1"},
		{"; " + key + " = 60", 2 * time.Hour, "a:1"},
		{"-" + key, 2 * time.Hour, "a:1"},
		{"NET.ipv4.tcp_keepalive_time = 60", 2 * time.Hour, "a:1"},
		{"net.* = 60", 2 * time.Hour, "a:1"},
		{"net.ipv4/tcp_keepalive_time = 60", 2 * time.Hour, "a:1"},
		{"", 2 * time.Hour, "a:1"},
	} {
		k, _ := parse(strings.Split(tc.texts, "|")...)
		if got, known := k.Keepalive.Get(); !known || got != tc.want || k.Keepalive.Pos.String() != tc.pos {
			t.Errorf("%q: %v at %s, want %v at %s", tc.texts, got, k.Keepalive.Pos, tc.want, tc.pos)
		}
	}
}

// TestRefused: what the kernel does not take is unknown, and not the value before it.
func TestRefused(t *testing.T) {
	for _, value := range []string{"", "60s", "60 # a minute", "-1", "0", "1e3", "6 0", "99999999999"} {
		k, _ := parse("net.ipv4.tcp_keepalive_time = 60\nnet.ipv4.tcp_keepalive_time = " + value)
		if got, known := k.Keepalive.Get(); known || !strings.Contains(k.Keepalive.Why(), "does not take") {
			t.Errorf("%q: %v, %q", value, got, k.Keepalive.Why())
		}
	}
}

func TestOthers(t *testing.T) {
	k, notes := parse(
		"net.ipv4.tcp_window_scaling = 0\nnet.ipv4.ip_local_port_range=1024\t65535\n" +
			"net.netfilter.nf_conntrack_tcp_timeout_established = 600\nnonsense\n",
	)
	ports, _ := k.Ports.Get()
	if !hop.Is(k.WindowScaling, false) || ports != (hop.PortRange{First: 1024, Last: 65535}) || ports.Count() != 64512 ||
		!hop.Is(k.Tracked, 10*time.Minute) {
		t.Errorf("read %+v", k)
	}
	if len(notes) != 1 || notes[0].Pos != (hop.Pos{File: "a", Line: 4, Col: 1, EndCol: 9}) {
		t.Errorf("notes %+v", notes)
	}
	if e := k.Tracked.Set("900"); len(e) != 1 || e[0] != (hop.Edit{File: "a", Start: 125, End: 128, New: "900"}) {
		t.Errorf("edits %+v", e)
	}
	for _, bad := range []string{"1024", "65535 1024", "0 10", "1 70000", "a b"} {
		k, _ := parse("net.ipv4.ip_local_port_range = " + bad)
		if _, known := k.Ports.Get(); known {
			t.Errorf("%q is taken for a range", bad)
		}
	}
	if k, _ := parse("net.ipv4.netfilter.ip_conntrack_tcp_timeout_established = 600"); !hop.Is(
		k.Tracked,
		10*time.Minute,
	) {
		t.Errorf("the old name is not read: %+v", k.Tracked)
	}
}

// TestRead: the order is that of sysctl --system.
func TestRead(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{"etc/sysctl.d/20-b.conf", "etc/sysctl.d/readme", "etc/sysctl.d/99-z.conf",
		"lib/sysctl.d/10-a.conf", "lib/sysctl.d/20-b.conf", "etc/sysctl.conf"} {
		os.MkdirAll(filepath.Dir(name), 0o755)
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	files, err := Read(
		[]string{"etc/sysctl.conf", "etc/sysctl.d", "lib/sysctl.d/20-b.conf", "lib/sysctl.d/10-a.conf"},
		os.ReadFile,
	)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, filepath.ToSlash(f.Name))
	}
	if s := strings.Join(got, " "); s != "lib/sysctl.d/10-a.conf etc/sysctl.d/20-b.conf etc/sysctl.d/99-z.conf "+
		"etc/sysctl.conf" {
		t.Errorf("read %s", s)
	}
	if _, err := Read([]string{"gone"}, os.ReadFile); err == nil {
		t.Error("a file that is not there is no error")
	}
	for name, want := range map[string]bool{"sysctl.conf": true, "a/sysctl.d": true, "sysctl.d/x.conf": true,
		"sysctl.d/x": false, "nginx.conf": false, "-": false} {
		if IsName(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("net/ipv4/tcp_keepalive_time\t= 60 \r\n-net.*.[\n# x\n=\n-=")
	f.Fuzz(func(t *testing.T, text string) {
		k, _ := parse(text)
		for _, e := range [][]hop.Edit{edits(k.Keepalive), edits(k.WindowScaling), edits(k.Ports), edits(k.Tracked)} {
			for _, e := range e {
				if e.Start < 0 || e.End > len(text) || e.Start > e.End {
					t.Errorf("%q: %+v", text, e)
				}
			}
		}
	})
}

func edits[T any](s hop.Setting[T]) []hop.Edit {
	if s.Set == nil {
		return nil
	}
	return s.Set("1")
}

func TestText(t *testing.T) {
	src := "# a\n  ; b\r\nx = 1 # no comment\n\n  "
	var got []string
	for _, c := range Text(File{Name: "f", Src: []byte(src)}).Comments {
		got = append(got, src[c.Start:c.End])
	}
	if want := []string{"# a", "; b"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
