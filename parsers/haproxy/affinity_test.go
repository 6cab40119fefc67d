package haproxy_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/parsers/haproxy"
)

// affinities are backends and what they do with the requests of one client: "same" server for all, "spread" over
// several, "open" where that is not known or hangs on the application. The servers a, b and c each say who they are.
var affinities = []struct{ name, backend, want string }{
	{"nothing said", "server a @a\nserver b @b", "spread"},
	{"roundrobin", "balance roundrobin\nserver a @a\nserver b @b", "spread"},
	{"static-rr", "balance static-rr\nserver a @a\nserver b @b", "spread"},
	{"leastconn", "balance leastconn\nserver a @a\nserver b @b", "spread"},
	{"random", "balance random\nserver a @a\nserver b @b\nserver c @c", "spread"},
	{"first", "balance first\nserver a @a\nserver b @b", "same"},
	{"first with maxconn", "balance first\nserver a @a maxconn 9\nserver b @b", "open"},
	{"source", "balance source\nserver a @a\nserver b @b", "same"},
	{"source, consistent", "balance source\nhash-type consistent\nserver a @a\nserver b @b", "same"},
	{"hdr(host)", "balance hdr(host)\nserver a @a\nserver b @b", "same"},
	{"hdr that clients do not send", "balance hdr(x-session)\nserver a @a\nserver b @b", "spread"},
	{"uri", "balance uri\nserver a @a\nserver b @b", "same"},
	{"uri whole", "balance uri whole\nserver a @a\nserver b @b", "spread"},
	{"url_param", "balance url_param sid\nserver a @a\nserver b @b", "open"},
	{"hash src", "balance hash src\nserver a @a\nserver b @b", "same"}, // not in HAProxy 2.6
	{"one server", "server a @a", "same"},
	{"a backup", "server a @a\nserver b @b backup", "same"},
	{"two backups", "server a @a backup\nserver b @b backup", "same"},
	{"allbackups", "option allbackups\nserver a @a backup\nserver b @b backup", "spread"},
	{"disabled", "server a @a\nserver b @b disabled", "same"},
	{"weight 0", "server a @a\nserver b @b weight 0", "same"},
	{
		"weight 0 of default-server",
		"default-server weight 0\nserver a @a\nserver b @b weight 10\nserver c @c weight 10",
		"spread",
	},
	{"cookie insert", "cookie SRV insert indirect nocache\nserver a @a cookie a\nserver b @b cookie b", "same"},
	{"cookie insert, dynamic", "cookie SRV insert dynamic\ndynamic-cookie-key x\nserver a @a\nserver b @b", "same"},
	{"cookie insert that no server has", "cookie SRV insert indirect nocache\nserver a @a\nserver b @b", "spread"},
	{"cookie insert that one server has", "cookie SRV insert\nserver a @a cookie a\nserver b @b", "open"},
	{"cookie insert, postonly", "cookie SRV insert postonly\nserver a @a cookie a\nserver b @b cookie b", "open"},
	{"cookie of the application", "cookie SID prefix\nserver a @a cookie a\nserver b @b cookie b", "open"},
	{"cookie without a mode", "cookie SRV\nserver a @a cookie a\nserver b @b cookie b", "open"},
	{"cookies of servers without a cookie line", "server a @a cookie a\nserver b @b cookie b", "spread"},
	{"stick on src", "stick-table type ip size 1k\nstick on src\nserver a @a\nserver b @b", "same"},
	{"stick on src in another table", "stick on src table t\nserver a @a\nserver b @b", "same"},
	{
		"stick match and store",
		"stick-table type ip size 1k\nstick match src\nstick store-request src\nserver a @a\nserver b @b",
		"same",
	},
	{"stick match alone", "stick-table type ip size 1k\nstick match src\nserver a @a\nserver b @b", "spread"},
	{"stick store alone", "stick-table type ip size 1k\nstick store-request src\nserver a @a\nserver b @b", "spread"},
	{
		"stick on a header that differs",
		"stick-table type string len 32 size 1k\nstick on urlp(t)\nserver a @a\nserver b @b",
		"open",
	},
	{
		"stick on some condition",
		"stick-table type ip size 1k\nstick on src if { path_beg /api }\nserver a @a\nserver b @b",
		"open",
	},
	{"a stick table that nothing uses", "stick-table type ip size 1k\nserver a @a\nserver b @b", "spread"},
	{
		"a table of counters",
		"stick-table type ip size 1k store conn_cur\nhttp-request track-sc0 src\nserver a @a\nserver b @b",
		"spread",
	},
	{"force-persist without persistence", "force-persist if TRUE\nserver a @a\nserver b @b", "spread"},
	{"use-server", "use-server b if { path_beg /socket.io/ }\nserver a @a\nserver b @b", "same"},
	{"mode tcp", "mode tcp\nserver a @a\nserver b @b", "spread"},
	{"mode tcp, source", "mode tcp\nbalance source\nserver a @a\nserver b @b", "same"},
	{"mode tcp, stick on src", "mode tcp\nstick-table type ip size 1k\nstick on src\nserver a @a\nserver b @b", "same"},
	{"a cookie that is called disabled", "server a @a cookie disabled\nserver b @b", "spread"},
	{
		"cookies that are called backup and disabled",
		"cookie SRV insert indirect nocache\nserver a @a cookie backup\nserver b @b cookie disabled",
		"same",
	},
	{"server-template", "balance roundrobin\nserver-template web 3 @a", "open"},
}

// TestAffinity holds what is said of the backends above against the servers that a real HAProxy sends one browser's
// requests to.
func TestAffinity(t *testing.T) {
	h := oracle.FindHAProxy(t)
	for _, a := range affinities {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			mode := "http"
			if strings.HasPrefix(a.backend, "mode tcp") {
				mode = "tcp"
			}
			conf := usualDefaults + "frontend f\n  mode " + mode + "\n  bind *:80\n  default_backend b\nbackend b\n  " +
				strings.ReplaceAll(
					a.backend,
					"\n",
					"\n  ",
				) + "\n"
			conf += "backend t\n  stick-table type ip size 1k\n"
			for i, s := range []string{"a", "b", "c"} {
				conf = strings.ReplaceAll(conf, "@"+s, fmt.Sprintf("127.0.0.1:%d", 9001+i))
				conf += fmt.Sprintf(
					"listen l%s\n  bind 127.0.0.1:%d\n  http-request return status 200 hdr x-server %s\n",
					s,
					9001+i,
					s,
				)
			}
			lab, err := oracle.RewriteHAProxy(t, conf, oracle.Options{})
			if err != nil {
				t.Fatal(err)
			}
			config, err := haproxy.Read(filepath.Join(lab.Conf, lab.Main), haproxy.Options{})
			if err != nil {
				t.Fatal(err)
			}
			q, err := lab.Request(oracle.Probe{URL: "ws://chat.test/socket.io/?EIO=4&transport=websocket&sid=x"})
			if err != nil {
				t.Fatal(err)
			}
			said := "open"
			switch u := config.Serve(q)[0].Hop.Upstream; {
			case u == nil || !u.Open && len(u.Peers) == 1 || u.Sticky != "":
				said = "same"
			case !u.Open:
				said = "spread"
			}
			if said != a.want {
				t.Errorf("said to be %s, want %s", said, a.want)
			}
			if _, err := lab.StartHAProxy(t, h); err != nil {
				if strings.Contains(err.Error(), "unknown balance") || strings.Contains(err.Error(), "only supports") {
					t.Skipf("HAProxy %s: %v", h.Version, err)
				}
				t.Fatal(err)
			}
			met := visit(t, lab.Listeners["*:80"])
			if a.want == "same" && len(met) != 1 || a.want == "spread" && len(met) < 2 {
				t.Errorf("the requests of one client met the servers %v, want %s", met, a.want)
			}
		})
	}
}

// visit is a browser that polls: a connection for each request, cookies kept. It returns the servers that it met.
func visit(t *testing.T, addr string) (met []string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true, Proxy: nil}}
	for i := range 16 {
		r, err := client.Get(fmt.Sprintf("http://%s/socket.io/?EIO=4&transport=polling&t=%d", addr, i))
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, r.Body)
		r.Body.Close()
		s := r.Header.Get("X-Server")
		if s == "" {
			t.Fatalf("answered %s by nobody", r.Status)
		}
		if !slices.Contains(met, s) {
			met = append(met, s)
		}
	}
	return met
}
