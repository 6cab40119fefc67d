package main

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/oracle"
)

// behindNginx is a real nginx before a WebSocket server of the lab, which closes idle connections after 3 s: its
// address, and the file that it runs with.
func behindNginx(t *testing.T) (addr, file string) {
	t.Helper()
	binary := oracle.Find(t)[0]
	lab, err := oracle.Rewrite(t, map[string]string{"nginx.conf": `events {}
http {
	server {
		listen 127.0.0.1:80;
		location /ws {
			proxy_pass http://10.0.0.1:3000;
			proxy_http_version 1.1;
			proxy_set_header Upgrade $http_upgrade;
			proxy_set_header Connection "upgrade";
			proxy_set_header Host $http_host;
			proxy_read_timeout 3s;
		}
	}
}
`}, oracle.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = lab.Start(t, binary); err != nil {
		t.Fatal(err)
	}
	return lab.Listeners["127.0.0.1:80"], filepath.Join(lab.Conf, lab.Main)
}

// proxied is an HTTP proxy on loopback, which no name is asked for: it always leads to one address.
func proxied(t *testing.T, to string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		back, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		defer back.Close()
		w.WriteHeader(http.StatusOK)
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		go rw.WriteTo(back)
		buffer := make([]byte, 4096)
		for {
			n, err := back.Read(buffer)
			if err != nil {
				return
			}
			conn.Write(buffer[:n])
		}
	})}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return "http://" + l.Addr().String()
}

// TestProbeDocs runs the commands of docs/probe.md against a real nginx.
func TestProbeDocs(t *testing.T) {
	if testing.Short() {
		t.Skip("takes as long as idle timeouts")
	}
	addr, file := behindNginx(t)
	_, port, _ := net.SplitHostPort(addr)
	proxy := proxied(t, addr)
	page := blocks(t, "../../docs/probe.md")
	t.Chdir(t.TempDir())
	put := strings.NewReplacer(
		"wss://chat.example.com/ws", "ws://chat.example.com:"+port+"/ws", "deploy/nginx.conf", file,
		"chat.example.com:443:192.0.2.7", "chat.example.com:"+port+":127.0.0.1", "http://proxy.example.com:3128", proxy,
		`"session=$SESSION"`, "session=swordfish", "'User-Agent: monitoring'", "User-Agent:monitoring")
	ran := 0
	for _, b := range page {
		if b.language != "sh" {
			continue
		}
		for line := range strings.Lines(b.text) {
			ran++
			args := strings.Fields(put.Replace(line))[1:]
			args = append(args, "--resolve", "chat.example.com:"+port+":127.0.0.1")
			code, out, stderr := runMain("", args...)
			if code != exitClean || !strings.Contains(out, "handshake  succeeds in ") || strings.Contains(out, "swordfish") {
				t.Errorf("%s: %d\n%s%s", line, code, out, stderr)
			}
			if strings.Contains(line, "--idle") && !strings.Contains(out, "idle       closed after 3.") {
				t.Errorf("%s: what was measured?\n%s", line, out)
			}
			if strings.Contains(line, "deploy/") && !strings.Contains(out, "): as predicted") {
				t.Errorf("%s\n%s", line, out)
			}
		}
	}
	written, err := os.ReadFile(".wslint.yaml")
	if err != nil || !strings.HasPrefix(string(written), "hops:\n  edge: {idle: 3s} # measured ") || ran != 8 {
		t.Errorf("%d commands, %v\n%s", ran, err, written)
	}
}

// TestProbeDiffers: a prediction that reality contradicts is exit code 1, and JSON says where.
func TestProbeDiffers(t *testing.T) {
	addr, file := behindNginx(t)
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	write(t, "nginx.conf", strings.Replace(string(src), "location /ws {", "location /ws { return 404;", 1))
	write(t, ".wslint.yaml", "paths:\n  - url: ws://"+addr+"/ws\n    through: [nginx: nginx.conf]\n")
	code, out, stderr := runMain("", "probe", "--format", "json", "ws://"+addr+"/ws")
	if code != exitFindings || !strings.Contains(out, `"agreement": "not as predicted"`) ||
		!strings.Contains(out, "nginx location /ws does not do what its file says") {
		t.Errorf("%d\n%s%s", code, out, stderr)
	}
	write(t, ".wslint.yaml", "paths:\n  - url: ws://"+addr+"/nowhere\n    through: [nginx: nginx.conf]\n")
	if code, out, _ = runMain("", "probe", "ws://"+addr+"/nowhere"); code != exitClean ||
		!strings.Contains(out, "answered with 404 by nginx (its own error page)") {
		t.Errorf("%d\n%s", code, out)
	}
}
