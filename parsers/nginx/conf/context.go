package conf

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
)

// entries is what contextOf says of a file whose lines are no directives but the entries of a map, geo or types block.
const entries = "entries"

// onlyIn tells contexts apart by directives that stand nowhere else, or as a rule nowhere else. A name that is not
// here may stand in a location, and so most likely anywhere.
var onlyIn = map[string][]string{
	"main": {
		"events", "http", "stream", "mail", "worker_processes", "worker_rlimit_nofile", "worker_shutdown_timeout",
		"worker_priority",
		"worker_cpu_affinity", "pid", "daemon", "master_process", "load_module", "user", "env", "lock_file", "pcre_jit",
		"thread_pool",
		"timer_resolution", "ssl_engine",
	},
	"http": {
		"upstream", "map", "geo", "split_clients", "log_format", "charset_map", "match", "limit_req_zone", "limit_conn_zone",
		"proxy_cache_path", "fastcgi_cache_path", "uwsgi_cache_path", "scgi_cache_path", "map_hash_bucket_size",
		"map_hash_max_size", "server_names_hash_bucket_size", "server_names_hash_max_size", "variables_hash_bucket_size",
		"variables_hash_max_size", "proxy_headers_hash", "lua_package_path", "lua_package_cpath", "lua_shared_dict",
		"lua_code_cache",
		"init_by_lua_block", "init_worker_by_lua_block", "init_by_lua_file", "init_worker_by_lua_file", "js_import",
		"geoip_country", "geoip_city", "geoip2", "keyval_zone",
	},
	"server": {
		"location", "listen", "server_name", "client_header_timeout", "client_header_buffer_size",
		"large_client_header_buffers",
		"ignore_invalid_headers", "underscores_in_headers", "merge_slashes", "connection_pool_size", "http2", "http3",
		"proxy_protocol", "server_rewrite_by_lua_block", "preread_buffer_size", "ssl_preread",
	},
}

// contextOf guesses where the top-level directives of a file stand: "main" for a complete configuration.
func contextOf(nodes []*Directive) string {
	has := map[string]bool{}
	for _, d := range nodes {
		if name := d.Name.Value; d.HasBlock || !slices.Contains(blocks, name) {
			has[name] = true
		}
		// ssl_certificate and the like stand in http and server, so never in a location.
		has["ssl_"] = has["ssl_"] || strings.HasPrefix(d.Name.Value, "ssl_")
	}
	holds := func(context string) bool {
		return slices.ContainsFunc(onlyIn[context], func(n string) bool { return has[n] })
	}
	servers := slices.ContainsFunc(nodes, func(d *Directive) bool { return d.Is("server") && d.HasBlock })
	switch {
	case slices.ContainsFunc(nodes, isEntry) &&
		!slices.ContainsFunc(nodes, func(d *Directive) bool { return d.HasBlock }):
		return entries
	case holds("main"):
		return "main"
	case servers || holds("http"):
		if forStream(nodes) {
			return "stream"
		}
		return "http"
	case holds("server") || has["ssl_"]:
		if has["listen"] && has["proxy_pass"] || has["ssl_preread"] {
			return "stream/server"
		}
		return "server"
	case has["server"]:
		return "upstream"
	}
	return "location"
}

// blocks are the names in onlyIn that count only with a block: "server" without one belongs to an upstream, and a map
// may well have an entry "http".
var blocks = []string{"events", "http", "stream", "mail", "map", "geo", "upstream", "split_clients", "charset_map",
	"match", "location"}

// isEntry reports whether a statement cannot be a directive and so is an entry of a map, geo or types block.
func isEntry(d *Directive) bool {
	n := d.Name.Value
	if d.Name.Template {
		return false
	}
	return n == "" || n == "default" || n[0] < 'a' || n[0] > 'z' ||
		strings.Trim(n, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != ""
}

// forStream reports whether servers are those of a stream block: there, proxy_pass stands in the server itself, and a
// location nowhere.
func forStream(nodes []*Directive) bool {
	stream := false
	for _, d := range nodes {
		if !d.Is("server") {
			continue
		}
		for _, c := range d.Block {
			switch c.Name.Value {
			case "location", "server_name", "root", "rewrite":
				return false
			case "proxy_pass", "ssl_preread":
				stream = true
			}
		}
	}
	return stream
}

// block finds the blocks that nginx configurations have at the start of a line.
var block = lazyregexp.New(
	`(?m)^[ \t]*(events|http|server|stream|location[ \t][^;{}\n]*|upstream[ \t]+\S+|map[ \t]+\S+[ \t]+\$\w+)\s*\{`,
)

// contextOfText guesses the context of a file that cannot be parsed.
func contextOfText(src []byte) string {
	first := ""
	for _, m := range block.FindAllSubmatch(src[:min(len(src), maxLooked)], -1) {
		name, _, _ := strings.Cut(strings.TrimSpace(string(m[1])), " ")
		switch {
		case name == "events" || name == "http" || name == "stream":
			return "main"
		case first == "":
			first = name
		}
	}
	if first == "location" {
		return "server"
	}
	return "http"
}
