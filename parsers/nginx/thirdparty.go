package nginx

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// harmless are beginnings of directives of third-party modules that neither answer a request nor change it:
// compression, metrics, geography, Lua's own settings and its phases outside a request's way to the upstream.
var harmless = []string{
	"brotli", "zstd", "lua_", "init_by_lua", "init_worker_by_lua", "exit_worker_by_lua", "ssl_certificate_by_lua", "ssl_client_hello_by_lua",
	"log_by_lua", "header_filter_by_lua", "body_filter_by_lua", "balancer_by_lua", "set_by_lua", "more_set_headers", "more_clear_headers", "vhost_traffic_status", "geoip",
	"opentracing", "opentelemetry", "otel_", "fancyindex", "subs_filter", "upload_", "dyups", "check", "sticky", "req_status", "server_tag", "set_", "encrypted_session",
	"modsecurity_rules", "modsecurity_transaction", "passenger_root", "passenger_ruby", "passenger_log", "rtmp", "thread_pool", "pcre_jit", "datadog_", "sysguard",
	"js_", "perl_", "ssl_ct", "cache_purge", "status_zone", "health_check", "keyval", "session_log", "fastcgi_cache_purge", "proxy_cache_purge", "brotli_", "headers_more",
}

// isForeign reports whether d belongs to a module that is not known here and could answer requests or change them.
func isForeign(d *conf.Directive) bool {
	name := d.Name.Value
	if _, known := conf.Directives()[name]; known || d.Name.Template || d.Unread != "" || d.Name.Quote != 0 {
		return false
	}
	if name == "more_set_headers" || name == "more_clear_headers" {
		// These reach a 101 too.
		return slices.ContainsFunc(d.Args, func(a conf.Word) bool {
			v := strings.ToLower(a.Value)
			return strings.HasPrefix(v, "upgrade") || strings.HasPrefix(v, "sec-websocket") ||
				strings.HasPrefix(v, "connection")
		})
	}
	if otherHandlers[name] {
		return false
	}
	return !slices.ContainsFunc(harmless, func(p string) bool { return strings.HasPrefix(name, p) })
}
