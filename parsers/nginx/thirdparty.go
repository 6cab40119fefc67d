package nginx

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// A moduleKind is what a directive of a third-party module can do to a handshake.
type moduleKind uint8

const (
	// assumed directives have a name that says nothing: they are taken to leave handshakes alone, and a note says so.
	assumed moduleKind = iota
	// harmless ones are known to leave them alone: compression, metrics, geography, parameters, what runs elsewhere.
	harmless
	// gates let a request in or turn it away, as the access checks of nginx do, and firewalls before these.
	gate
	firewall
	// scripts may do that, and change variables and headers besides.
	script
	// changes are made to the headers of the request, or of the answer.
	changes
	// handlers answer a request themselves.
	handler
)

// modules are what is known of the directives of third-party modules, by their names or, with a star behind them, how
// these begin. The first that fits counts.
var modules = []struct {
	kind  moduleKind
	names string
}{
	{script, "access_by_lua* rewrite_by_lua* server_rewrite_by_lua* js_access"},
	{
		handler,
		"content_by_lua* echo* nchan_publisher nchan_subscriber nchan_pubsub nchan_stub_status push_stream_publisher " +
			"push_stream_subscriber push_stream_websocket push_stream_channels_statistics passenger_enabled vod rtmp_stat " +
			"rtmp_control check_status " +
			"dav_ext_methods upstream_show dyups_interface upsync_show req_status_show upload_pass *_pass *_display *_handler",
	},
	{
		gate,
		"auth_jwt auth_jwt_enabled auth_oidc auth_pam auth_ldap auth_digest auth_gss auth_spnego auth_openidc oauth2_*",
	},
	{firewall, "modsecurity ModSecurityEnabled SecRulesEnabled testcookie waf app_protect_enable app_protect_dos_enable"},
	{changes, "more_set_input_headers more_clear_input_headers more_set_headers more_clear_headers"},
	{harmless, "brotli* zstd* lua_* init_by_lua* init_worker_by_lua* exit_worker_by_lua* ssl_certificate_by_lua* " +
		"ssl_client_hello_by_lua* log_by_lua* header_filter_by_lua* body_filter_by_lua* balancer_by_lua* set_* " +
		"vhost_traffic_status* geoip* " +
		"opentracing* opentelemetry* otel_* datadog_* fancyindex* subs_filter* upload_* dyups* check* sticky* req_status* " +
		"server_tag* " +
		"encrypted_session* modsecurity_* auth_jwt_* auth_pam_* auth_ldap_* auth_digest_* auth_gss_* testcookie_* " +
		"passenger_* rtmp* " +
		"sysguard* js_* perl_* ssl_ct* *cache_purge* status_zone health_check* keyval* session_log* headers_more* nchan_* " +
		"push_stream_* " +
		"vod_* pagespeed* security_headers* hide_server_tokens cookie_flag* slowfs_* srcache_* uploadprogress* " +
		"track_uploads auto_redirect acme* prometheus* metric_zone metric_complex_zone docker_endpoint " +
		"response_time_factor server_info server_admin xquic_* xudp_* " +
		"app_protect* auth_oidc_* match zone_sync*"},
}

// kindOf says what a directive of a module that is not nginx's can do.
func kindOf(name string) moduleKind {
	for _, m := range modules {
		for pattern := range strings.FieldsSeq(m.names) {
			begins, open := strings.CutSuffix(pattern, "*")
			ends, behind := strings.CutPrefix(begins, "*")
			switch {
			case open && behind && strings.Contains(name, ends), open && !behind && strings.HasPrefix(name, begins),
				!open && behind && strings.HasSuffix(name, ends), name == pattern:
				return m.kind
			}
		}
	}
	return assumed
}

// isThirdParty reports whether d belongs to a module that is not nginx's.
func isThirdParty(d *conf.Directive) bool {
	return !d.Known() && !d.Name.Template && d.Unknown == "" && d.Name.Quote == 0 &&
		!answersItself(d.Name.Value) && d.Name.Value != "include"
}

// isHandler reports whether directives of that name answer requests themselves, or hand them on.
func isHandler(name string) bool {
	if conf.HandlerOf(name) != nil || answersItself(name) {
		return true
	}
	return !conf.Known(name) && kindOf(name) == handler
}

// thirdParty are the directives of third-party modules in force, the innermost first: of each name those of the
// nearest level.
func (r *run) thirdParty() []*conf.Directive {
	var list []*conf.Directive
	for l := r.at; l != nil && l.kind != mainScope; l = l.up {
		n := len(list)
		for _, d := range r.present(l, l.thirdParty) {
			if !slices.ContainsFunc(list[:n], func(o *conf.Directive) bool { return o.Is(d.Name.Value) }) {
				list = append(list, d)
			}
		}
	}
	return slices.DeleteFunc(
		list,
		func(d *conf.Directive) bool { return len(d.Args) == 1 && strings.EqualFold(d.Arg(0), "off") },
	)
}

// What Lua code does to a request, as far as its text shows it.
var (
	luaSets    = lazyregexp.New(`ngx\.var\.([A-Za-z_][A-Za-z0-9_]*)\s*=[^=]`)
	luaHeaders = lazyregexp.New(`ngx\.req\.(?:set|clear)_header\(\s*["']([\w-]+)["']`)
	luaLeads   = lazyregexp.New(`ngx\.exec\(|ngx\.req\.set_uri\(`)
	luaRefuses = lazyregexp.New(
		`ngx\.exit|ngx\.redirect|ngx\.say|ngx\.print|\berror\(|\brequire\b|\bdofile\b|\bloadfile\b`,
	)
)

// luaCode is the code of a directive where it is written there, "" where it is in a file.
func luaCode(d *conf.Directive) string {
	if d.Text != "" || strings.HasSuffix(d.Name.Value, "_file") {
		return d.Text
	}
	return d.Arg(0)
}
