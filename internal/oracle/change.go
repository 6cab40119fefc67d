package oracle

import (
	"os"
	"path/filepath"
	"strings"
)

// dropped are directives that the lab sets itself or that mean nothing on loopback.
var dropped = map[string]bool{
	"user": true, "pid": true, "lock_file": true, "daemon": true, "master_process": true, "load_module": true,
	"error_log":        true,
	"worker_processes": true, "worker_cpu_affinity": true, "worker_priority": true, "worker_rlimit_nofile": true,
	"worker_rlimit_core": true, "working_directory": true, "ssl_engine": true, "access_log": true, "proxy_bind": true,
	"proxy_temp_path": true, "client_body_temp_path": true, "fastcgi_temp_path": true, "uwsgi_temp_path": true,
	"scgi_temp_path": true, "ssl_dhparam": true, "ssl_session_ticket_key": true, "ssl_password_file": true,
	"ssl_crl":                 true,
	"proxy_ssl_password_file": true, "proxy_ssl_crl": true,
}

// files are directives whose first argument is a file of which the lab has its own.
var files = map[string]string{
	"ssl_certificate": "cert.pem", "ssl_client_certificate": "cert.pem", "ssl_trusted_certificate": "cert.pem",
	"proxy_ssl_certificate": "cert.pem", "proxy_ssl_trusted_certificate": "cert.pem",
	"ssl_certificate_key": "key.pem", "proxy_ssl_certificate_key": "key.pem",
	"auth_basic_user_file": "htpasswd",
}

// stock are files that come with nginx and that configurations include.
var stock = map[string]string{
	"mime.types": "types { text/html html htm; text/css css; application/javascript js; application/json json; }\n",
	"proxy_params": "proxy_set_header Host $http_host;\nproxy_set_header X-Real-IP $remote_addr;\n" +
		"proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\nproxy_set_header X-Forwarded-Proto $scheme;\n",
	"fastcgi_params": params("fastcgi_param"),
	"uwsgi_params":   params("uwsgi_param"),
	"scgi_params":    params("scgi_param"),
}

func params(directive string) string {
	var b strings.Builder
	for _, p := range []string{
		"QUERY_STRING $query_string", "REQUEST_METHOD $request_method", "CONTENT_TYPE $content_type",
		"CONTENT_LENGTH $content_length",
		"REQUEST_URI $request_uri", "DOCUMENT_URI $document_uri", "SERVER_PROTOCOL $server_protocol",
		"REMOTE_ADDR $remote_addr",
		"SERVER_PORT $server_port", "SERVER_NAME $server_name",
	} {
		b.WriteString(directive + " " + p + ";\n")
	}
	return b.String()
}

// change edits one directive for the lab.
func (r *rewriter) change(d *directive, s *scope) {
	name := d.name.value
	switch {
	case (name == "http" || name == "stream") && s.kind == "main":
		r.levelDefaults(d)
	case dropped[name]:
		r.remove(d)
	case name == "include":
		if p := confPath(d.arg(0)); r.o.DropIncludes && len(r.included(p)) == 0 {
			r.remove(d)
		} else if p != d.arg(0) {
			r.replace(d.file, d.args[0], p)
		}
	case name == "auth_basic_user_file" && r.lab.Files[confPath(d.arg(0))] != "":
		r.replace(d.file, d.args[0], confPath(d.arg(0)))
	case files[name] != "" && len(d.args) > 0:
		r.replace(d.file, d.args[0], r.lab.dir+"/"+files[name])
	case (name == "root" || name == "alias" || strings.HasSuffix(name, "_cache_path")) && strings.HasPrefix(d.arg(0), "/"):
		at := r.lab.dir + "/root" + d.arg(0)
		r.replace(d.file, d.args[0], at)
		if strings.HasSuffix(name, "_cache_path") {
			// nginx makes the last directory of the path only.
			r.err = os.MkdirAll(filepath.Dir(at), 0o755)
		}
	case (name == "root" || name == "alias") && d.arg(0) != "" && d.arg(0)[0] != '$':
		r.replace(d.file, d.args[0], r.lab.dir+"/"+d.arg(0))
	case name == "resolver":
		r.changeResolver(d)
	case isPass(name) && len(d.args) > 0:
		r.upstream(d, s)
	case name == "server" && s.kind == "upstream" && len(d.args) > 0:
		r.peer(d)
	case name == "set" && len(d.args) == 2:
		if v, ok := r.hostVars[strings.TrimPrefix(d.arg(0), "$")]; ok {
			r.variableValue(d.file, d.args[1], v)
		}
	case tables[name] && len(d.args) > 0:
		r.changeTable(d)
	case shortened[name] && len(d.args) > 0:
		if length, ok := parseTime(d.arg(0)); ok && shorten(length, r.o.Shorten) != length {
			r.replace(d.file, d.args[0], timeText(shorten(length, r.o.Shorten)))
		}
	}
}

// levelDefaults adds at the top of http{} or stream{} what would otherwise be a default that reaches out of the lab
// or takes too long.
func (r *rewriter) levelDefaults(d *directive) {
	level := d.name.value
	tmp := r.lab.dir + "/tmp/"
	add := func(text string) { r.insert(d.file, d.open, " "+text+";") }
	if level == "http" {
		add("access_log off")
		if !r.seen["http root"] {
			// The default is below the prefix; written out, it says where the files of the lab are.
			add("root " + r.lab.dir + "/html")
		}
		for _, name := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
			add(name + "_temp_path " + tmp + name)
		}
	}
	if r.ssl && !r.seen[level+" ssl_certificate"] {
		add("ssl_certificate " + r.lab.dir + "/cert.pem")
		add("ssl_certificate_key " + r.lab.dir + "/key.pem")
	}
	for _, d := range []struct{ timer, pass string }{
		{"proxy_read_timeout", "http/proxy_pass"}, {"uwsgi_read_timeout", "http/uwsgi_pass"},
		{"scgi_read_timeout", "http/scgi_pass"}, {"proxy_timeout", "stream/proxy_pass"},
	} {
		if !r.seen[d.pass] || !strings.HasPrefix(d.pass, level) || r.seen[level+" "+d.timer] {
			continue
		}
		length := shorten(idleTimers[d.timer], r.o.Shorten)
		r.lab.Longest = max(r.lab.Longest, length)
		if length != idleTimers[d.timer] {
			add(d.timer + " " + timeText(length))
		}
	}
}

// changeResolver makes sure that no question leaves the machine: nothing answers at the lab's resolver.
func (r *rewriter) changeResolver(d *directive) {
	done := false
	for _, w := range d.args {
		switch {
		case strings.Contains(w.value, "="):
		case done:
			r.replace(d.file, w, "")
		default:
			r.replace(d.file, w, "127.0.0.1:9")
			done = true
		}
	}
}

// changeTable rewrites the values of a map, geo or split_clients whose variable holds an upstream's address.
func (r *rewriter) changeTable(d *directive) {
	v, ok := r.hostVars[strings.TrimPrefix(d.args[len(d.args)-1].value, "$")]
	if !ok {
		return
	}
	for _, line := range d.block {
		if len(line.args) == 1 && line.name.value != "include" {
			r.variableValue(line.file, line.args[0], v)
		}
	}
}
